"""Which models exist, which are installed, and which files a name stands for."""
