"""Every write of prepaid-card supervision, one module per subject."""
