"""Outside systems that prepaid supervision asks."""
