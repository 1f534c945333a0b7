"""Filters of this room's templates."""
