"""Verifying, forgetting on purpose, counting and moving a library."""
