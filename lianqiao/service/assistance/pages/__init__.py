"""Pages of the supermarket, of the firm's mandates and of the agent."""
