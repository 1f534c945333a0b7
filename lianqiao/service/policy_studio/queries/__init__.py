"""What the policy studio answers."""
