"""What people enter about prepaid cards, one module per subject."""
