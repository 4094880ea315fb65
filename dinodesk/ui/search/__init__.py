"""The search bar, the confidence card and the results."""
