"""Worlds of a second author: the same contract, other mechanics, so that a watcher cannot learn one author's habits."""
