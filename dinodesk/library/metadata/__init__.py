"""What photos say of themselves: EXIF, IPTC and XMP read, checked and stored."""
