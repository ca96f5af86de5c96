"""Input of the performance targets: validated here, saved by the operations."""
