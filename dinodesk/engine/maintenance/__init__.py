"""What keeps an open library in order: watching, pauses, backups, reports."""
