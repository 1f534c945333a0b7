"""A form and its draft: saved while one types and by a button, taken up again, never overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from lianqiao.bridge import queries
from lianqiao.bridge.models import Case
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.organization.models import Person
from lianqiao.service.commands import drafts
from lianqiao.service.forms.asked import Asked
from lianqiao.service.forms.step_form import StepForm
from lianqiao.service.forms.uploads import Uploads
from lianqiao.service.models import Draft
from lianqiao.service.pages import asking
from lianqiao.service.queries.drafts import draft_for, draft_of_act, unknown_draft

if TYPE_CHECKING:
    from lianqiao.service.pages.sending import Sending

# the button, its values, and what a form carries of its draft
SAVE, BY_ITSELF, AS_ANOTHER = "_save", "auto", "another"
DRAFT, EDITION = "_draft", "_edition"
# inputs of a form that its address has too, without the underscore
CARRIED = ("_firm", "_basket")


@dataclass(frozen=True)
class DraftShown:
    """What a form says of its draft; `moved_at` where another window saved it since, `problem` why not."""

    id: int
    edition: int
    saved_at: datetime | None = None
    expires_at: datetime | None = None
    moved_at: datetime | None = None
    problem: str = ""


def carried(request: HttpRequest) -> DraftShown | None:
    """Return the draft a posted form says it is, as it was when the form was shown."""
    draft_id, edition = (_whole(request.POST.get(name, "")) for name in (DRAFT, EDITION))
    return DraftShown(draft_id, edition) if draft_id and edition else None


def taken_up(request: HttpRequest, asked: Asked, case: Case | None) -> tuple[StepForm, DraftShown] | None:
    """Return the form as the draft has it that the address names, or on a case the last of this step.

    Refuses `unknown-draft` for one of another person or of another form.
    """
    person = asking.person(request)
    named = _whole(request.GET.get("draft", ""))
    if named:
        draft: Draft | None = _named(named, person, asked, case)
    else:
        draft = draft_of_act(case, asked.name, person) if case else None
    return (form_of(draft, asked, person, case), _shown(draft)) if draft else None


def _named(draft_id: int, person: Person, asked: Asked, case: Case | None) -> Draft:
    draft = draft_for(draft_id, person)
    if (draft.mechanism, draft.step, draft.case_id) != (asked.mechanism.id, asked.name, case and case.pk):
        raise unknown_draft(draft_id)
    return draft


def sent(request: HttpRequest) -> None:
    """Remove the draft of the form just sent; what another window saved since stays for its reader."""
    if draft := carried(request):
        drafts.forget_sent(draft.id, by=asking.person(request), edition=draft.edition)


def form_of(draft: Draft, asked: Asked, person: Person, case: Case | None) -> StepForm:
    """Return the form filled as the draft has it; files that are gone meanwhile are left out."""
    uploads = Uploads()
    for need in asked.needs:
        kept = draft.files.get(need.name, []) if need.field.type == "file" else []
        keys = [(file["sha256"], file["name"]) for file in kept]
        uploads.files[need.name] = list(queries.received_files(keys, by=person, case=case).values())
    empty = StepForm(asked)
    typed = {name: value for name, value in draft.typed.items() if name in empty.fields}
    return StepForm(asked, typed={**empty.typed, **typed}, uploads=uploads)


def saved(sending: Sending) -> HttpResponse:
    """Save the form as a draft and say so: to htmx what changes in the form, else the form again."""
    request, how = sending.request, sending.request.POST.get(SAVE, "")
    form = sending.form(check=False)
    before = None if how == AS_ANOTHER else carried(request)
    try:
        draft = _kept(sending, form, before) if before or _anything(form) else None
        shown = _shown(draft) if draft else None
    except Refusal as refusal:
        shown = _refused(before, refusal)
    if getattr(request, "htmx", False):
        return _fragment(sending, form, shown)
    if shown is None or shown.problem:
        return sending.page(form, draft=shown, status=409 if shown else 200)
    messages.success(request, _("Saved as a draft. Go on with it here or on another device."))
    return HttpResponseRedirect(_address(sending, shown))


def _address(sending: Sending, shown: DraftShown) -> str:
    """Return where the form is gone on with; what it belongs to stays with it: the firm, the basket."""
    request, here = sending.request, sending.address or sending.request.path
    kept = {"draft": str(shown.id)} | {
        name[1:]: request.POST[name] for name in CARRIED if request.POST.get(name)
    }
    # an address that names the firm already keeps its own
    named = {name: value for name, value in kept.items() if f"{name}=" not in here}
    return f"{here}{'&' if '?' in here else '?'}{urlencode(named)}"


def _kept(sending: Sending, form: StepForm, before: DraftShown | None) -> Draft:
    request = sending.request
    files = {name: some for name, some in form.uploads.files.items() if some}
    return drafts.save_draft(
        drafts.Form(sending.asked.mechanism, sending.asked.name, sending.firm, sending.case, sending.brought),
        typed=form.typed,
        files=files,
        by=asking.person(request),
        now=asking.moment(request),
        draft_id=before.id if before else None,
        edition=before.edition if before else None,
    )


def _anything(form: StepForm) -> bool:
    """True where something was typed or sent; a box left unticked says nothing."""
    return any(value != "false" for value in form.given.values())


def _fragment(sending: Sending, form: StepForm, shown: DraftShown | None) -> HttpResponse:
    problems = [refusal_text(problem) for problem in form.uploads.problems]
    # a file that was received must not be sent again: its control is put back empty
    papers = [field for field in form.shown if field.kind == "file"]
    came = [field for field in papers if field.name in sending.request.FILES]
    context = {
        "form": form,
        "draft": shown,
        "came": came,
        "there": [field for field in papers if field not in came],
        "problems": problems,
    }
    response = render(sending.request, "service/form/saved.html", context)
    if shown and shown.problem:
        # this window no longer saves by itself, until its reader has chosen
        response["HX-Reswap"] = "outerHTML"
    elif shown and "draft=" not in sending.request.headers.get("HX-Current-URL", ""):
        response["HX-Replace-Url"] = _address(sending, shown)
    return response


def _shown(draft: Draft) -> DraftShown:
    return DraftShown(draft.pk, draft.edition, draft.saved_at, draft.expires_at)


def _refused(before: DraftShown | None, refusal: Refusal) -> DraftShown:
    at = refusal.problems[0].facts.get("at", "")
    return DraftShown(
        before.id if before else 0,
        before.edition if before else 0,
        moved_at=datetime.fromisoformat(at) if at else None,
        problem=refusal_text(refusal.problems[0]),
    )


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
