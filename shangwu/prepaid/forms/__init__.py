"""What people type on the pages of prepaid-card supervision."""
