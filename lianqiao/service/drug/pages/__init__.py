"""The pages of the drug steward."""
