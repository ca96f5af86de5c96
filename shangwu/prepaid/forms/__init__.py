"""What people type about prepaid cards."""
