"""How the rooms are wired into one Django site: settings, addresses, the time of a request."""
