"""What training and judging of early warning have in common: worlds played in memory."""
