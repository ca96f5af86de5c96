"""How the ledger is sealed: rows become leaves, leaves a tree, trees a day, days a chain."""
