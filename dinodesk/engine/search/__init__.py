"""A typed sentence to ranked photos."""
