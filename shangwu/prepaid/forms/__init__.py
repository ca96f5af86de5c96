"""Input of prepaid cards: validated here, saved by the operations."""
