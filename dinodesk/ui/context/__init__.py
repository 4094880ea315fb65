"""What the panes and controllers share: the state of the program, and how they speak to the person."""
