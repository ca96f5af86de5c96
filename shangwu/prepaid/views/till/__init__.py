"""The till of the public-base system: a phone is enough."""
