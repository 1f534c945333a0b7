"""Arrays in, arrays out: film, neural signals, matching. No Django."""
