"""Looking after the library."""
