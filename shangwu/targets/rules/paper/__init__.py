"""Official papers about a declaration's year: self-evaluation table and report, monitoring table."""
