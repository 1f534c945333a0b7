"""Why a file could not be read."""

from __future__ import annotations

REASONS = (
    "damaged",  # not what its type says, or cut off where it matters
    "encrypted",  # needs a password
    "too-large",  # unpacks to more than is read
    "picture-too-large",
    "no-picture",
    "memory",
    "time",
    "crashed",  # the library that reads it broke on it
)


class Unreadable(Exception):
    """The file cannot be read, for one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
