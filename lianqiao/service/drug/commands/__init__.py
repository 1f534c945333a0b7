"""What can be done for a product and with answers."""
