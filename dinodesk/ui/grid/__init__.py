"""The grid of photos: model, view, thumbnails, and commands on the selection."""
