"""The search bar, the results, and going back to earlier queries."""
