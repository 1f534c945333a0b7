"""What is typed about products and answers."""
