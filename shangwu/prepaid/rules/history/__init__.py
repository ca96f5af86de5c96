"""History as expressions: what is computed over closed days, once for every engine that can run it.

Each function takes tables and gives a table; nothing here knows an engine, a path or a database. Amounts are
whole fen in 64 bits and ratios stay pairs of whole numbers, so that two engines agree to the last digit.
Decision: docs/decisions/0018-history-and-growth.md
"""
