"""Reads of the performance targets that join, aggregate or compute."""
