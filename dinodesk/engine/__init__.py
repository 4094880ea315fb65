"""Use cases as plain generators, and the one QThread that runs them for the window."""
