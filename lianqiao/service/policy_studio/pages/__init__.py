"""The pages of the policy studio."""
