"""Worlds of a third author: shops with a till. Nothing is painted on; who runs out of money behaves like it, and closes."""
