"""Long jobs: indexing, sidecars, maintenance; each stepped in slices."""
