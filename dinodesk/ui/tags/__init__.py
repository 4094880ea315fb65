"""Ratings, labels and albums of the selected photos."""
