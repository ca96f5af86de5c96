"""What is done to the supervision of prepaid cards: every function one act, in one transaction, on the record."""
