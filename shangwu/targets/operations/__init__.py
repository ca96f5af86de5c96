"""Every write of the performance targets: one function per thing a person or the clock does."""
