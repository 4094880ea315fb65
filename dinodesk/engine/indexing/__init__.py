"""From folders on disk to stored vectors."""
