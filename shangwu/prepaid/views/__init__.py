"""Pages of prepaid-card supervision."""
