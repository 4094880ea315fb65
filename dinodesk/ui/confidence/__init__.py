"""How sure matches are: the card with Auto, sliders and histogram."""
