"""A small zone for the verbs that ask something of cases."""

from tests.world import world

__all__ = ["world"]
