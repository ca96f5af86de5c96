"""Monitoring as other subjects and pages ask for it."""
