"""What may be done with prepaid-card operators: each act in one transaction, recorded."""
