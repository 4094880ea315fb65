"""The query language: text to a tree of terms and filters, the tree to text, and what it asks of whom."""
