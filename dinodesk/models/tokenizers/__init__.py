"""Sentences to token ids."""
