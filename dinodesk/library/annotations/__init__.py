"""Ratings, labels, albums and titles: what a person gives to photos."""
