"""What is done in the policy studio; each command is one transaction."""
