"""The library tree, its dialogs, maintenance and notices."""
