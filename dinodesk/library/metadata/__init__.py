"""Metadata of photos: EXIF, IPTC and XMP read, checked and stored; GPS places."""
