"""Filters of the target pages."""
