"""The document of a decision: what it says, from the log entry alone, and how it is set."""
