"""XMP sidecar files, read and written."""
