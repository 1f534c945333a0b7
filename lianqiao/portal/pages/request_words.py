"""What roles at a firm and answers to requests are called."""

from __future__ import annotations

from django.utils.translation import gettext as _

# the badge of each answer
STATES = {"pending": "waiting", "accepted": "kept", "refused": "broken", "withdrawn": "ended"}


def state_words(state: str) -> str:
    """Return what an answer to a request is called."""
    return {
        "pending": _("Waits for an answer"),
        "accepted": _("Accepted"),
        "refused": _("Refused"),
        "withdrawn": _("Taken back"),
    }[state]


def role_words(role: str) -> str:
    """Return what a role at a firm is called."""
    return {"agent": _("Agent"), "administrator": _("Administrator")}[role]


def state_options() -> list[tuple[str, str]]:
    """Return the answers as a filter offers them."""
    return [(state, state_words(state)) for state in STATES]
