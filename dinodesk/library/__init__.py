"""What is on disk and known about it: database, migrations, scan, decode, thumbnails."""
