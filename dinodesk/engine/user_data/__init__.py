"""Changes of annotations with undo, and their exchange with sidecars."""
