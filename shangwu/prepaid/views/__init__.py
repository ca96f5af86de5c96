"""Pages of prepaid cards."""
