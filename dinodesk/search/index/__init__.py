"""Exact and approximate nearest neighbours over unit vectors."""
