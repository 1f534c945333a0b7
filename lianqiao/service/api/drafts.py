"""Drafts: what the caller has begun and not sent, shared with the forms of the pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.bridge import packs, queries
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.needs import Need
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import CreditCode, Cut, Id, Moment, Page, Shown, Wanted, Words, offer
from lianqiao.service.api.cases import BASE, firm_named
from lianqiao.service.api.given import read_files
from lianqiao.service.api.shapes import CaseNumber, Data, Identifier
from lianqiao.service.commands import drafts as commands
from lianqiao.service.commands.drafts import Form
from lianqiao.service.models import Draft
from lianqiao.service.queries.drafts import draft_for, drafts_of, matching

router = Router(tags=["drafts"])


class DraftsAsked(Cut):
    """Which drafts."""

    q: Words = Field(default="", description=_("Looked for in title, case and firm."))


class DraftWanted(Wanted):
    """A form to be kept: one that opens a case under `promise`, or the step `step` of `case`."""

    promise: Identifier | None = None
    firm: CreditCode | None = Field(
        default=None, description=_("May be left out where you act for one firm.")
    )
    case: CaseNumber | None = None
    step: Identifier | None = None
    data: Data = Field(
        description=_("By field, as the act's `needs` say, as far as it is known; it is not judged yet."),
        examples=[{"drama_title": "示例剧"}],
    )


class DraftChange(Wanted):
    """The form as it stands now; all of it, not only what changed."""

    data: Data
    edition: int = Field(
        ge=1, description=_("The edition you saw: refused with 409 if it was saved elsewhere since.")
    )


class DraftShown(Shown):
    """A draft."""

    id: int
    title: str
    promise: str
    step: str
    case: str | None
    firm: str | None = Field(description=_("The firm's unified social credit code."))
    data: Data
    edition: int = Field(description=_("Grows with each saving; send it with the next."))
    made_at: Moment
    saved_at: Moment
    expires_at: Moment = Field(description=_("Removed then, unless it is saved again."))


@offer(
    router,
    "GET",
    "/drafts",
    name="listDrafts",
    scope="read",
    says=_("Your drafts, the last saved first."),
    answer=Page[DraftShown],
)
def list_drafts(request: HttpRequest, asked: Query[DraftsAsked]) -> Page[DraftShown]:
    """Return a page of the caller's drafts."""
    found = matching(drafts_of(caller(request).person.pk), asked.q)
    page, following = page_of(found, [Key("saved_at", descending=True)], asked)
    return Page[DraftShown](items=[_shown(one) for one in page], next=following)


@offer(
    router,
    "POST",
    "/drafts",
    name="makeDraft",
    scope="file act",
    says=_("Keep a form that is not to be sent yet."),
    more=_("Its files are looked over meanwhile; see `listFileChecks`."),
    answer=DraftShown,
    status=201,
    refuses=(403, 404, 409, 413),
    headers=("Location",),
)
def make_draft(request: HttpRequest, wanted: DraftWanted, response: HttpResponse) -> DraftShown:
    """Keep the form; refuses as `commands.save_draft` does, `promise-needed` and `firm-needed`."""
    me, now = caller(request).person, moment(request)
    if wanted.case is not None:
        seen = queries.case_for(wanted.case, me, at=now)
        form = Form(seen.mechanism, wanted.step or "", seen.case.firm, seen.case)
        if form.step not in form.mechanism.steps:
            raise refuse("unknown-step", f"there is no step {form.step}", hint="list the acts", field="step")
    elif wanted.promise is None:
        raise refuse("promise-needed", "say what it is for", hint="give promise or case", field="promise")
    else:
        promise = packs.current().newest(wanted.promise)
        form = Form(promise, promise.opening_step, firm_named(request, wanted.firm, promise.id))
    typed, files = _read(request, form, wanted.data)
    draft = commands.save_draft(form, typed=typed, files=files, by=me, now=now)
    response["Location"] = f"{BASE}/drafts/{draft.pk}"
    return _shown(draft)


@offer(
    router,
    "GET",
    "/drafts/{draft}",
    name="showDraft",
    scope="read",
    says=_("A draft of yours."),
    answer=DraftShown,
    refuses=(404,),
)
def show_draft(request: HttpRequest, draft: Path[Id]) -> DraftShown:
    """Return the draft; refuses `unknown-draft`."""
    return _shown(draft_for(draft, caller(request).person))


@offer(
    router,
    "PUT",
    "/drafts/{draft}",
    name="saveDraft",
    scope="file act",
    says=_("Keep a draft as it stands now; never over what was saved elsewhere meanwhile."),
    answer=DraftShown,
    refuses=(403, 404, 409, 413),
)
def save_draft(request: HttpRequest, draft: Path[Id], wanted: DraftChange) -> DraftShown:
    """Keep the draft; refuses as `commands.save_draft` does."""
    me = caller(request).person
    before = draft_for(draft, me)
    mechanism = packs.current().newest(before.mechanism)
    if before.case is not None:
        mechanism = queries.case_for(before.case.number, me, at=moment(request)).mechanism
    form = Form(mechanism, before.step, before.firm, before.case)
    typed, files = _read(request, form, wanted.data)
    return _shown(
        commands.save_draft(
            form,
            typed=typed,
            files=files,
            by=me,
            now=moment(request),
            draft_id=before.pk,
            edition=wanted.edition,
        )
    )


@offer(
    router,
    "DELETE",
    "/drafts/{draft}",
    name="deleteDraft",
    scope="file act",
    says=_("Delete a draft."),
    answer=None,
    status=204,
    refuses=(404,),
)
def delete_draft(request: HttpRequest, draft: Path[Id]) -> None:
    """Delete the draft; refuses `unknown-draft`."""
    commands.delete_draft(draft, by=caller(request).person)


def _read(
    request: HttpRequest, form: Form, data: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Return the data as typed into a form, and its files; refuses what the form does not ask for."""
    # what is asked again depends on the case as it is then: any field of the promise may wait in a draft
    fields = form.mechanism.fields
    unknown = [name for name in data if name not in fields]
    if unknown:
        problems = [refuse("needs-unknown", "not asked for", field=name).problems[0] for name in unknown]
        raise Refusal(*problems)
    needs = [Need(name, fields[name], required=False) for name in data]
    named = {need.name: data[need.name] for need in needs if need.field.type == "file" and data[need.name]}
    files = read_files(named, fields, by=caller(request).person, case=form.case)
    typed = {need.name: _as_typed(data[need.name]) for need in needs if need.field.type != "file"}
    return typed, files


def _as_typed(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str | list) else str(value)


def _shown(draft: Draft) -> DraftShown:
    return DraftShown(
        id=draft.pk,
        title=draft.title,
        promise=draft.mechanism,
        step=draft.step,
        case=draft.case.number if draft.case else None,
        firm=draft.firm.credit_code if draft.firm else None,
        data={**draft.typed, **draft.files},
        edition=draft.edition,
        made_at=draft.made_at,
        saved_at=draft.saved_at,
        expires_at=draft.expires_at,
    )
