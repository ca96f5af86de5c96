"""What the answers of a survey amount to, and which of them look odd."""
