"""What comes in from outside and what is asked there: one module for each party or format."""
