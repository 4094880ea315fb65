"""Models in use: pixels and sentences to vectors, on a chosen device."""
