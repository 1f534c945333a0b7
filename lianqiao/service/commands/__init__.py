"""What can be done in the service room."""
