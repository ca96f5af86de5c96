"""Reads of early warning: the weeks as the watcher takes them, its alerts, ties to failed operators."""
