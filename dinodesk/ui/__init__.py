"""The window: draws and asks; decides nothing about photos, vectors or models."""
