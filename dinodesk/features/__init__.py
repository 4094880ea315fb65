"""Maths on patch tokens: PCA, similarity, heat maps, statistics."""
