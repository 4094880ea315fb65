"""Numbers, times, availability and job messages in words."""
