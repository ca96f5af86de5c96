"""Worlds of a fourth author: each trouble shows in some of its signs only, and so does each innocent mishap."""
