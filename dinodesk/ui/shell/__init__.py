"""The main window, its menus, and what wires the panels together."""
