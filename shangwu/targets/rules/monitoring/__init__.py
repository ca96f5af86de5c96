"""Monitoring as rules: the period and its report's due day, alerts, and what output is reached."""
