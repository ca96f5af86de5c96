"""Public pages for consumers, and the desk that answers them."""
