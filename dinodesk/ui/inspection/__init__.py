"""One photo: its large view, patch maps and details."""
