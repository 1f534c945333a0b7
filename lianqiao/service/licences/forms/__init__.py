"""What is typed about licences."""
