"""What can be asked of bundles; nothing here writes."""
