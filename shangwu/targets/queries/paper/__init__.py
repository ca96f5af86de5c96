"""What papers are made of: the standing declaration, the signed evaluation, a whole year."""
