"""From what was asked to vectors: sentences, which are remembered, and example photos."""
