"""Filing again what was filed before: the new form begins with an earlier case of the same firm."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from lianqiao.bridge import packs, queries
from lianqiao.bridge.queries import CaseSeen
from lianqiao.engine.errors import refuse
from lianqiao.organization.models import Firm
from lianqiao.service.forms.asked import Asked, as_typed
from lianqiao.service.forms.step_form import StepForm
from lianqiao.service.forms.uploads import Uploads
from lianqiao.service.pages import asking

FROM, FILES = "from", "files"


@dataclass(frozen=True)
class Reused:
    """An earlier case a form begins with; `files_url` is the other way to ask: with its files, or without."""

    number: str
    title: str
    with_files: bool
    files_url: str


def may_file_again(seen: CaseSeen) -> str:
    """Return the address of a form that begins with this case, "" for whoever does not act for its firm."""
    newest = packs.current().newest_versions.get(seen.case.mechanism)
    own = any(seen.mechanism.roles[name].kind == "applicant" for name in seen.roles)
    if not own or newest is None or not newest.offered:
        return ""
    here = reverse("file", args=[seen.case.mechanism])
    return f"{here}?{FROM}={seen.case.number}&firm={seen.case.firm_id}"


def begun_with(request: HttpRequest, asked: Asked, firm: Firm) -> tuple[StepForm, Reused] | None:
    """Return the form filled from the earlier case the address names; None where it names none.

    Files come along where asked for, those this person sent themselves: what another sent is theirs to send.
    Raises Refusal `unknown-case` for a case of another firm or promise.
    """
    number = request.GET.get(FROM, "")
    if not number:
        return None
    person = asking.person(request)
    seen = queries.case_for(number, person, at=asking.moment(request))
    if not may_file_again(seen) or (seen.case.firm_id, seen.case.mechanism) != (firm.pk, asked.mechanism.id):
        raise refuse("unknown-case", "no such case of this firm and promise", hint="check the number")
    data, with_files = seen.state.data, request.GET.get(FILES) == "1"
    uploads = Uploads()
    for need in asked.needs:
        if need.field.type == "file" and with_files:
            keys = [(file["sha256"], file["name"]) for file in data.get(need.name, ())]
            uploads.files[need.name] = list(queries.received_files(keys, by=person).values())
    typed = {
        need.name: as_typed(need.name, need.field, data)
        for need in asked.needs
        if need.field.type not in ("file", "items")
    }
    other = f"{may_file_again(seen)}&{FILES}={0 if with_files else 1}"
    reused = Reused(seen.case.number, seen.case.title, with_files, other)
    return StepForm(asked, typed=typed, uploads=uploads), reused
