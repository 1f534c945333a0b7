"""What can be asked of products and answers; nothing here writes."""
