"""What is dropped on the window or pasted into it."""
