"""Pages of prepaid cards, one module per subject."""
