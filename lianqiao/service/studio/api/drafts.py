"""Versions of promises being written: text and check, changes in words, publication by a second person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Router, Status
from pydantic import Field

from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import Id, Shown, offer
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.drafting.api import (
    PublicationWanted,
    Published,
    SentenceShown,
    TextDraftRow,
    TextDraftWanted,
    TextFault,
    TextWanted,
    faults_shown,
    let_out,
    row_of,
)
from lianqiao.service.drafting.queries import draft_of, open_drafts
from lianqiao.service.language import language
from lianqiao.service.studio.api.rights import require_studio
from lianqiao.service.studio.commands.drafts import DRAFTS
from lianqiao.service.studio.models import MechanismDraft
from lianqiao.service.studio.queries import mechanisms as queries
from lianqiao.service.studio.queries.drafts import changes, checked_text
from lianqiao.service.studio.queries.simulations import answered_for
from lianqiao.service.studio.wording import problem_words

router = Router(tags=["studio"])


class MechanismDraftRow(TextDraftRow):
    """A version being written."""

    promise: str


class MechanismDrafts(Shown):
    """The drafts that can be written on."""

    items: list[MechanismDraftRow]


class MechanismDraftShown(MechanismDraftRow):
    """A draft with its text, its check and what it changes."""

    text: str
    passes: bool
    faults: list[TextFault]
    changes: list[SentenceShown]
    simulated: bool = Field(description=_("Whether this very text was simulated; else it is not published."))


class MechanismDraftWanted(TextDraftWanted):
    """From which promise a version is begun."""

    promise: Identifier


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
    return MechanismDrafts(items=[MechanismDraftRow(**_row(one)) for one in open_drafts(MechanismDraft)])


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
    """Begin the draft; refuses as `Drafts.make` does."""
    by, now = caller(request).person, moment(request)
    return _shown(DRAFTS.make(wanted.promise, new_id=wanted.new_id, by=by, now=now))


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
    """Return the draft; refuses `leader-only`, `unknown-text-draft`."""
    require_studio(request)
    return _shown(draft_of(MechanismDraft, draft))


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
    """Keep the text; refuses as `Drafts.save` does."""
    by, now = caller(request).person, moment(request)
    return _shown(DRAFTS.save(draft, wanted.text, edition=wanted.edition, by=by, now=now))


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
    """Give the draft up; refuses as `Drafts.save` does."""
    DRAFTS.drop(draft, by=caller(request).person, now=moment(request))
    return Status(204, None)


@offer(
    router,
    "POST",
    "/studio/drafts/{draft}/publication",
    name="publishMechanism",
    scope="office act",
    says=_("Publish a version somebody else wrote; it counts in every process without a restart."),
    more=_("For leaders and the digital office. It must pass the check and have been simulated."),
    answer=Published,
    status=201,
    refuses=(403, 404, 409),
)
def publish_draft(request: HttpRequest, draft: Path[Id], wanted: PublicationWanted) -> Published:
    """Publish the draft; refuses as `Drafts.publish` does."""
    return let_out(request, DRAFTS, draft, wanted)


def _row(one: MechanismDraft) -> dict[str, Any]:
    return {**row_of(one), "promise": one.mechanism}


def _shown(one: MechanismDraft) -> MechanismDraftShown:
    found = checked_text(one.text)
    before = queries.current_or_none(one.mechanism)
    told = changes(before, found.mechanism, language()) if found.mechanism else []
    return MechanismDraftShown(
        **_row(one),
        text=one.text,
        passes=found.passes,
        faults=faults_shown(found, problem_words),
        changes=[SentenceShown(kind=change.kind, words=change.words) for change in told],
        simulated=bool(answered_for(one.text)),
    )
