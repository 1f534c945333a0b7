"""What is said of a file of a case: whether it can be looked at, and why it is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lianqiao.bridge.queries import ContentSeen

# how a browser is told what it plays; one that cannot play it says so on the page
FILM: Mapping[str, str] = {
    "video/mp4": "video/mp4",
    "video/quicktime": "video/mp4",
    "video/x-matroska": "video/webm",
}


def viewable(media_type: str, pictures: Iterable[int]) -> bool:
    """Return whether a file has a page of its own to be looked at on."""
    return media_type in FILM or bool(list(pictures))


def state_words(content: ContentSeen) -> str:
    """Return why a file is closed, "" for one that is open."""
    return {
        "": "",
        "scanning": _("being scanned for viruses; it opens when nothing was found"),
        "infected": _("closed: a virus was found (%(virus)s)") % {"virus": content.virus},
        "retention": _("no longer kept, by the zone's retention rules; its hash stays in the record"),
        "unbound": _("no longer kept"),
    }[content.state]


def file_shown(number: str, file: Mapping[str, Any], content: ContentSeen) -> dict[str, Any]:
    """Return a file of a case as a page lists it, with its addresses."""
    parts = [number, file["sha256"], file["name"]]
    seen = not content.state and viewable(file["type"], content.pictures)
    picture = reverse("picture", args=[number, file["sha256"], 1]) if content.pictures else ""
    return {
        "name": file["name"],
        "size": file["size"],
        "url": "" if content.state else reverse("document", args=parts),
        "view_url": reverse("view", args=parts) if seen else "",
        "picture_url": picture,
        "closed": state_words(content),
    }
