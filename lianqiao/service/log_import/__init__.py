"""Read event logs of other systems: CSV or XES, plain or packed, by a map that says what means what."""
