"""The query that is typed, seen another way: chips, how it was read, how it may go on."""
