"""From vectors to answers: exact and approximate search, scores, templates."""
