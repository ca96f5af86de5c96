"""Made-up years whose rest is known: what a forecast may see, and what then came of it."""
