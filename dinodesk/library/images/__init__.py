"""Photo files to pixels: decoders of every format, and the thumbnail cache."""
