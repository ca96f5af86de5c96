"""Made-up worlds of card operators for early warning: files that a watcher reads, and a truth that it does not."""
