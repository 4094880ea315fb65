"""The command line: the same work as the window, no window."""
