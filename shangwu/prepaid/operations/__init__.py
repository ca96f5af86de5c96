"""Everything that is done with prepaid cards, one module per subject."""
