"""Previews and patch maps of one photo."""
