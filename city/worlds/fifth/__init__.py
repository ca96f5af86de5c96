"""A fifth author's worlds, from distances to default: written without seeing the others or the watcher's signals."""
