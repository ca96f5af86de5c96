"""Pages of the performance targets: HTTP in, HTTP out."""
