"""The pages of talents."""
