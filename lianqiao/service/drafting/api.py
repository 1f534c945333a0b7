"""How texts being written look in the API, and what is said to write and to publish them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from pydantic import Field

from lianqiao.bridge.models import Publication
from lianqiao.engine.errors import Problem
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import PRINTABLE_LINES, Moment, Shown, Wanted, When, instant
from lianqiao.service.drafting.commands import LONGEST_TEXT, Drafts
from lianqiao.service.drafting.models import TextDraft
from lianqiao.service.drafting.queries import Checked


class TextDraftRow(Shown):
    """A text being written."""

    id: int
    edition: int = Field(description=_("Grows with each saving; give the one you read."))
    saved_by: str
    saved_at: Moment
    published: str = Field(description=_("The key it was published under; empty before."))


class TextFault(Shown):
    """One thing that is wrong."""

    code: str
    line: int = Field(description=_("The line of the text, from 1; 0 where none can be named."))
    place: str
    words: str = Field(description=_("What is wrong; empty where only the check says it."))
    reason: str = Field(description=_("What the check says, which names names; in English."))
    hint: str


class SentenceShown(Shown):
    """One sentence of what a text says: the same, gone or new."""

    kind: str
    words: str


class TextDraftWanted(Wanted):
    """From what a text is begun; each kind of text adds of which."""

    new_id: str = Field(
        default="", max_length=64, description=_("For something new made from that one: its id.")
    )


class TextWanted(Wanted):
    """The whole text, and which edition of it was read."""

    text: str = Field(max_length=LONGEST_TEXT, pattern=PRINTABLE_LINES)
    edition: int = Field(ge=1)


class PublicationWanted(Wanted):
    """Why the text is published, and from when it counts."""

    note: str = Field(min_length=1, max_length=300, pattern=PRINTABLE_LINES)
    edition: int = Field(ge=1)
    effective_at: When | None = Field(default=None, description=_("At once without it."))


class WithdrawalWanted(Wanted):
    """Why what was published is withdrawn."""

    reason: str = Field(min_length=1, max_length=300, pattern=PRINTABLE_LINES)


class Published(Shown):
    """What was let out."""

    key: str
    sha256: str
    effective_at: Moment
    in_force: bool


def row_of(one: TextDraft) -> dict[str, Any]:
    """Return what every draft tells of itself."""
    return {
        "id": one.pk,
        "edition": one.edition,
        "saved_by": one.saved_by.name,
        "saved_at": one.saved_at,
        "published": one.published,
    }


def faults_shown(found: Checked, words: Callable[[Problem], str]) -> list[TextFault]:
    """Return what the check found; `words` says it in the reader's language."""
    return [
        TextFault(
            code=fault.problem.code,
            line=fault.line,
            place=fault.problem.place,
            words=words(fault.problem),
            reason=fault.problem.reason,
            hint=fault.problem.hint,
        )
        for fault in found.faults
    ]


def let_out(
    request: HttpRequest, drafts: Drafts[Any, Any], draft_id: int, wanted: PublicationWanted
) -> Published:
    """Publish a draft for who asks; refuses as `Drafts.publish` does."""
    made = drafts.publish(
        draft_id,
        edition=wanted.edition,
        note=wanted.note,
        by=caller(request).person,
        now=moment(request),
        effective_at=instant(wanted.effective_at, "effective_at") if wanted.effective_at else None,
    )
    return published(made)


def published(made: Publication) -> Published:
    """Return what was published, as it stands."""
    in_force = made.in_force_at is not None and made.withdrawn_at is None
    return Published(key=made.key, sha256=made.sha256, effective_at=made.effective_at, in_force=in_force)
