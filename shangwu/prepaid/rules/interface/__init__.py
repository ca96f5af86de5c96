"""The open interface's own rules: what a signed message is, what a receipt is, and every refusal by name."""
