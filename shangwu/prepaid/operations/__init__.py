"""What is done in the supervision of prepaid cards."""
