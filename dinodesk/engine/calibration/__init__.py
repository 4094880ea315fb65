"""Measuring a model on a folder of labelled photos, for the command line and the window."""
