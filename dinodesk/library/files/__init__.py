"""What is on disk: scanning folders, file types, identity, volumes, mounts, watching."""
