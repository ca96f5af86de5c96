"""How much an operator must keep in the special account (专用存款账户), and what may stand in for it."""
