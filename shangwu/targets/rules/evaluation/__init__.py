"""Evaluating a table of indicators: weights, scores, total and grade, each with the rule that made it."""
