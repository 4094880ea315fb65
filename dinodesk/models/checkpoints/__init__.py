"""Weight files: their layouts, and the networks that they fit."""
