"""What consumers read, and what the office reads of consumers' requests."""
