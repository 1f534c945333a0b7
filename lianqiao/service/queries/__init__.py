"""What can be asked of the service room; nothing here writes."""
