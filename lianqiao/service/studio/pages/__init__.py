"""Pages of the mechanism studio."""
