"""How sure a model's scores are: queries with known answers, libraries of many sizes; fitted lines."""
