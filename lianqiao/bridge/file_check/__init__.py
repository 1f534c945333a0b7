"""Looking over a received file in a child process: what is in it, or why it could not be read."""
