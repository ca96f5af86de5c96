"""Everything that changes prepaid-card supervision."""
