"""The mechanism studio: what each promise says, how it stands, what it would take; edited and published."""
