"""What people type: forms made from the needs of a step, and nothing decided that the engine decides."""
