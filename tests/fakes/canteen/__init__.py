"""A system that does not exist, to prove that a later one adds only measures and one line of wiring."""
