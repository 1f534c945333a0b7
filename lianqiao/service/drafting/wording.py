"""What is refused to whoever writes a text, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

REFUSALS: Mapping[str, str] = {
    "unknown-text-draft": gettext_noop("There is no such draft"),
    "text-draft-closed": gettext_noop("This draft was published or given up; begin a new one"),
    "text-id": gettext_noop("An id has small letters, digits and -, a letter first"),
    "text-id-taken": gettext_noop("This id is taken already"),
}
