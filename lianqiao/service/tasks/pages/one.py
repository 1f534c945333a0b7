"""One task: what is wanted, how it stands, what was done, and the form to report."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import commands as bridge
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.errors import Refusal
from lianqiao.organization import queries as organization
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown
from lianqiao.service.ranged import file_response
from lianqiao.service.tasks import commands, queries
from lianqiao.service.tasks.forms import ReportForm
from lianqiao.service.tasks.models import TaskEntry
from lianqiao.service.tasks.pages.shown import require_officer, task_shown, today

TONES = {"remind": "at-risk", "urge": "at-risk", "leader": "broken"}


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def task(request: HttpRequest, list_id: str, name: str) -> HttpResponse:
    """Show a task; its owner, or who supervises the list, reports."""
    person, now = require_officer(request), asking.moment(request)
    seen = queries.task_named(queries.list_named(list_id, now=now), name, now=now)
    may = queries.may_report(seen, person, at=now)
    post = request.method == "POST"
    if post and not may:
        raise PermissionDenied(_("Only the owner and who supervises the list report."))
    form = ReportForm(
        request.POST if post else None,
        request.FILES if post else None,
        task=seen.task,
        reached=set(seen.told.reached),
    )
    if post and form.is_valid() and _reported(request, seen, form):
        return redirect("task", list_id=list_id, name=name)
    context = {
        "task": task_shown(seen, on=today(request)),
        "form": form if may else None,
        "entries": _timeline(seen),
        "source": seen.task.source,
    }
    return render(request, "tasks/task.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_safe
def evidence(request: HttpRequest, list_id: str, name: str, sha256: str) -> HttpResponseBase:
    """Send a file of a task's record."""
    require_officer(request)
    entries = queries.record_of(list_id, name)
    found = next((one for entry in entries for one in entry.evidence.all() if one.sha256 == sha256), None)
    if found is None or not stored_at(found.sha256).is_file():
        raise Http404
    return file_response(
        request, stored_at(found.sha256), name=found.name, media_type=found.type, sha256=found.sha256
    )


def _reported(request: HttpRequest, seen: queries.TaskSeen, form: ReportForm) -> bool:
    given, person, now = form.cleaned_data, asking.person(request), asking.moment(request)
    try:
        files = [
            bridge.receive(file, field=commands.EVIDENCE, by=person, now=now)
            for file in request.FILES.getlist("evidence")
        ]
        commands.report(
            seen.list.id,
            seen.id,
            by=person,
            now=now,
            note=given["note"],
            value=given.get("value"),
            milestone=given["milestone"],
            files=files,
        )
    except Refusal as refusal:
        form.show(refusal)
        return False
    messages.success(request, _("Reported. What is in the record stays as it is."))
    return True


def _timeline(seen: queries.TaskSeen) -> list[dict[str, Any]]:
    entries = list(queries.record_of(seen.list.id, seen.id))
    ids = {json.loads(one.body).get("to", 0) for one in entries if one.kind == "owner"}
    names = organization.names(ids)
    return [_told(seen, one, names) for one in entries]


def _told(seen: queries.TaskSeen, entry: TaskEntry, names: dict[int, str]) -> dict[str, Any]:
    body = json.loads(entry.body)
    told: dict[str, Any] = {"at": entry.at, "who": entry.person.name if entry.person else _("The system")}
    if entry.kind == "rung":
        about = body["about"]
        what = in_words(seen.task.title) if about == "due" else _milestone(seen, int(about[10:]))
        words = {
            "remind": _("Reminded: %(what)s"),
            "urge": _("Urged: %(what)s"),
            "leader": _("Supervisors told: %(what)s"),
        }
        return told | {"what": words[body["level"]] % {"what": what}, "tone": TONES[body["level"]],
                       "mark": "notice"}  # fmt: skip
    if entry.kind == "owner":
        what = _("Handed over to %(name)s") % {"name": names.get(body["to"], "")}
        return told | {"what": what, "note": body["reason"], "mark": "system"}
    details = []
    if "value" in body:
        of = f"{body['value']} / {seen.task.target.number} {in_words(seen.task.target.unit)}"
        details.append({"label": _("Reached so far"), "value": of})
    what = _("Progress so far")
    if "milestone" in body:
        what = _("Milestone reached: %(what)s") % {"what": _milestone(seen, body["milestone"])}
    return told | {
        "what": what,
        "note": body["note"],
        "details": details,
        "tone": "kept" if "milestone" in body else "",
        "mark": "act",
        "documents": [
            {"name": one.name, "url": f"evidence/{one.sha256}/", "size": one.size}
            for one in entry.evidence.all()
        ],
    }


def _milestone(seen: queries.TaskSeen, number: int) -> str:
    some = seen.task.milestones
    return in_words(some[number].title) if number < len(some) else str(number)
