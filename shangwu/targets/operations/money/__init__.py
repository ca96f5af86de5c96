"""Acts on money: budget, contracts, payments, statements, and answers to the negative list."""
