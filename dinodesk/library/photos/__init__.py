"""Assets, their contents and their locations: stored, matched, listed."""
