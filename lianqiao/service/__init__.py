"""Service chain: what firms ask for and the zone promises to do."""
