"""What can be done with bundles."""
