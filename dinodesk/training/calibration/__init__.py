"""How sure a model's scores are: queries with known answers, libraries of many sizes, lines fitted on them."""
