"""What money facts amount to: rates, and the negative list as executable checks."""
