"""Losses and recipes that make models; stands above `models`, and only the command line knows it."""
