"""What is typed about benefits."""
