"""Saved searches and recipes: counted, written, compared with another library."""
