"""Pages of prepaid cards: HTTP in, HTTP out."""
