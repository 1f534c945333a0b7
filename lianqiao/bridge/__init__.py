"""Bridge: cases with one door for acts, one log, clocks, notices and attachments."""
