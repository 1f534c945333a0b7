"""What is true in any zone, on paper: calendar, clock, case, pack. No Django, no I/O, no clock of its own."""
