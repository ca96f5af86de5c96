"""A Spark standalone cluster on this machine, and history made up for it and for DuckDB alike."""
