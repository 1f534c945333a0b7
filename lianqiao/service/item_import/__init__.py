"""From a catalogue's file to service items: the map of its columns, each row made out, what became of it."""
