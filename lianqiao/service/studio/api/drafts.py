"""Versions of promises being written: text and check, changes in words, publication by a second person."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Router, Status
from pydantic import Field

from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import (
    PRINTABLE_LINES,
    Id,
    Moment,
    Shown,
    Wanted,
    When,
    instant,
    offer,
)
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.studio.api.rights import require_studio
from lianqiao.service.studio.commands import drafts as commands
from lianqiao.service.studio.models import MechanismDraft
from lianqiao.service.studio.queries import mechanisms as queries
from lianqiao.service.studio.queries.drafts import changes, checked_text
from lianqiao.service.studio.queries.simulations import answered_for
from lianqiao.service.studio.wording import language, problem_words

router = Router(tags=["studio"])


class DraftRow(Shown):
    """A version being written."""

    id: int
    promise: str
    edition: int = Field(description=_("Grows with each saving; give the one you read."))
    saved_by: str
    saved_at: Moment
    published: str = Field(description=_("The key it was published under; empty before."))


class MechanismDrafts(Shown):
    """The drafts that can be written on."""

    items: list[DraftRow]


class FaultShown(Shown):
    """One thing that is wrong."""

    code: str
    line: int = Field(description=_("The line of the text, from 1; 0 where none can be named."))
    place: str
    words: str
    reason: str = Field(description=_("What the check says, which names names; in English."))
    hint: str


class SentenceShown(Shown):
    """One sentence of what the promise says: the same, gone or new."""

    kind: str
    words: str


class MechanismDraftShown(DraftRow):
    """A draft with its text, its check and what it changes."""

    text: str
    passes: bool
    faults: list[FaultShown]
    changes: list[SentenceShown]
    simulated: bool = Field(description=_("Whether this very text was simulated; else it is not published."))


class MechanismDraftWanted(Wanted):
    """From which promise a version is begun."""

    promise: Identifier
    new_id: str = Field(
        default="", max_length=64, description=_("For a new promise made from that one: its id.")
    )


class TextWanted(Wanted):
    """The whole text, and which edition of it was read."""

    text: str = Field(max_length=commands.LONGEST_TEXT, pattern=PRINTABLE_LINES)
    edition: int = Field(ge=1)


class PublicationWanted(Wanted):
    """Why the version is published, and from when it counts."""

    note: str = Field(min_length=1, max_length=300, pattern=PRINTABLE_LINES)
    edition: int = Field(ge=1)
    effective_at: When | None = Field(default=None, description=_("At once without it."))


class MechanismPublished(Shown):
    """A version let out."""

    key: str
    sha256: str
    effective_at: Moment
    in_force: bool


@offer(
    router,
    "GET",
    "/studio/drafts",
    name="showMechanismDrafts",
    scope="read",
    says=_("Versions of promises being written."),
    more=_("For leaders and the digital office."),
    answer=MechanismDrafts,
    refuses=(403,),
)
def list_drafts(request: HttpRequest) -> MechanismDrafts:
    """Return the drafts; refuses `leader-only`."""
    require_studio(request)
    return MechanismDrafts(items=[DraftRow(**_row(one)) for one in queries.open_drafts()])


@offer(
    router,
    "POST",
    "/studio/drafts",
    name="makeMechanismDraft",
    scope="office",
    says=_("Begin the next version of a promise, or a new promise from it."),
    answer=MechanismDraftShown,
    status=201,
    refuses=(403, 404, 409),
)
def make_draft(request: HttpRequest, wanted: MechanismDraftWanted) -> MechanismDraftShown:
    """Begin the draft; refuses as `commands.drafts.make_draft` does."""
    by, now = caller(request).person, moment(request)
    return _shown(commands.make_draft(wanted.promise, new_id=wanted.new_id, by=by, now=now))


@offer(
    router,
    "GET",
    "/studio/drafts/{draft}",
    name="showMechanismDraft",
    scope="read",
    says=_("A version being written: its text, what is wrong on which line, what it changes."),
    more=_("For leaders and the digital office."),
    answer=MechanismDraftShown,
    refuses=(403, 404),
)
def show_draft(request: HttpRequest, draft: Path[Id]) -> MechanismDraftShown:
    """Return the draft; refuses `leader-only`, `unknown-mechanism-draft`."""
    require_studio(request)
    return _shown(queries.draft(draft))


@offer(
    router,
    "PUT",
    "/studio/drafts/{draft}",
    name="saveMechanismDraft",
    scope="office",
    says=_("Keep the text, right or wrong; the answer says what the check finds."),
    answer=MechanismDraftShown,
    refuses=(403, 404, 409, 413),
)
def save_draft(request: HttpRequest, draft: Path[Id], wanted: TextWanted) -> MechanismDraftShown:
    """Keep the text; refuses as `commands.drafts.save_draft` does."""
    by, now = caller(request).person, moment(request)
    return _shown(commands.save_draft(draft, wanted.text, edition=wanted.edition, by=by, now=now))


@offer(
    router,
    "DELETE",
    "/studio/drafts/{draft}",
    name="dropMechanismDraft",
    scope="office",
    says=_("Give a version being written up."),
    answer=None,
    status=204,
    refuses=(403, 404, 409),
)
def drop_draft(request: HttpRequest, draft: Path[Id]) -> Status[None]:
    """Give the draft up; refuses as `commands.drafts.save_draft` does."""
    commands.drop_draft(draft, by=caller(request).person, now=moment(request))
    return Status(204, None)


@offer(
    router,
    "POST",
    "/studio/drafts/{draft}/publication",
    name="publishMechanism",
    scope="office act",
    says=_("Publish a version somebody else wrote; it counts in every process without a restart."),
    more=_("For leaders and the digital office. It must pass the check and have been simulated."),
    answer=MechanismPublished,
    status=201,
    refuses=(403, 404, 409),
)
def publish_draft(request: HttpRequest, draft: Path[Id], wanted: PublicationWanted) -> MechanismPublished:
    """Publish the draft; refuses as `commands.drafts.publish_draft` does."""
    made = commands.publish_draft(
        draft,
        edition=wanted.edition,
        note=wanted.note,
        by=caller(request).person,
        now=moment(request),
        effective_at=instant(wanted.effective_at, "effective_at") if wanted.effective_at else None,
    )
    return MechanismPublished(
        key=made.key, sha256=made.sha256, effective_at=made.effective_at, in_force=bool(made.in_force_at)
    )


def _row(one: MechanismDraft) -> dict[str, object]:
    return {
        "id": one.pk,
        "promise": one.mechanism,
        "edition": one.edition,
        "saved_by": one.saved_by.name,
        "saved_at": one.saved_at,
        "published": one.published,
    }


def _shown(one: MechanismDraft) -> MechanismDraftShown:
    found = checked_text(one.text)
    before = queries.current_or_none(one.mechanism)
    told = changes(before, found.mechanism, language()) if found.mechanism else []
    return MechanismDraftShown(
        **_row(one),
        text=one.text,
        passes=found.passes,
        faults=[
            FaultShown(
                code=fault.problem.code,
                line=fault.line,
                place=fault.problem.place,
                words=problem_words(fault.problem),
                reason=fault.problem.reason,
                hint=fault.problem.hint,
            )
            for fault in found.faults
        ],
        changes=[SentenceShown(kind=change.kind, words=change.words) for change in told],
        simulated=bool(answered_for(one.text)),
    )
