"""What the studio shows: promises with their figures, versions, drafts with their check, simulations."""
