"""Photos to the pixels that a network expects."""
