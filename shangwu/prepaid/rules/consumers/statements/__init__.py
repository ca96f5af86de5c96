"""What the public page of an operator says, one module per subject."""
