"""Searches that outlive their moment: saved ones, recipes, past ones."""
