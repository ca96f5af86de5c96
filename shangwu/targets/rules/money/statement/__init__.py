"""Statements of bank and treasury: their columns, and what each row says."""
