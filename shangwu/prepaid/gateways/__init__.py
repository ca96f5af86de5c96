"""Doors to the systems that prepaid-card supervision asks and tells."""
