"""Facts that cannot be used, for whoever puts them right; and files of facts taken in."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import commands
from lianqiao.bridge import queries as bridge
from lianqiao.bridge.refusals import refusal_text
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.organization.lists import Column, Look, column, look_of, workbook
from lianqiao.service.benefits.commands.fact_jobs import ask_facts_import
from lianqiao.service.benefits.fact_tables import looked_at
from lianqiao.service.benefits.fact_words import party_name, title_of, trouble_words
from lianqiao.service.benefits.forms.facts import FACTS_FILE, FactColumnsForm, FactsFileForm
from lianqiao.service.benefits.models import FactProblem
from lianqiao.service.benefits.pages.guarding import for_officers, tabs
from lianqiao.service.benefits.queries import problems as queries
from lianqiao.service.benefits.queries.facts import attributes_titled
from lianqiao.service.benefits.queries.vocabulary import vocabulary
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown


@require_safe
@for_officers
def fact_problems(request: HttpRequest) -> HttpResponse:
    """Show what cannot be used of what is known, newest first."""
    asked, look = _asked(request), _look(request)
    if look.opening:
        return redirect(look.opening)
    page = listing.page_of(request, _found(asked))
    known = vocabulary()
    rows = [
        (one, party_name(one.firm, one.person), title_of(one.attribute, known), trouble_words(one.code))
        for one in page
    ]
    page.object_list = rows
    context = {
        "page": page,
        "look": look,
        "asked": asked,
        "export": reverse("fact-problems-sheet"),
        "codes": listing.options([(one, trouble_words(one)) for one in queries.CODES], asked.chosen["code"]),
        "tabs": tabs(request),
    }
    return render(request, "benefits/fact_problems.html", context)


@require_safe
@for_officers
def fact_problems_sheet(request: HttpRequest) -> FileResponse:
    """Send the same problems, all of them, as a workbook."""
    found = _found(_asked(request)).iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    return workbook(_("Problems of facts"), _look(request).columns, found)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def facts_import(request: HttpRequest) -> HttpResponse:
    """Take a file of facts in and go on to what its columns mean."""
    form = FactsFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            file = commands.receive(
                form.cleaned_data["file"],
                field=FACTS_FILE,
                by=asking.person(request),
                now=asking.moment(request),
            )
            looked_at(stored_at(file["sha256"]), vocabulary("firm"), name=file["name"])
        except Refusal as refusal:
            for problem in refusal.problems:
                form.add_error("file", refusal_text(problem))
        else:
            address = reverse("facts-import-columns", args=[file["sha256"]])
            return redirect(f"{address}?{urlencode({'name': file['name']})}")
    context = {"form": form, "imports": queries.fact_imports()[:10]}
    return render(
        request, "benefits/facts_import.html", context, status=UNPROCESSABLE if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def facts_import_columns(request: HttpRequest, sha256: str) -> HttpResponse:
    """Ask what each column means; then let a worker record the facts."""
    file, now = request.GET.get("name", ""), asking.moment(request)
    if not bridge.received_files([(sha256, file)], by=asking.person(request)):
        raise Http404
    attributes = vocabulary("firm")
    sight = looked_at(stored_at(sha256), attributes, name=file)
    typed = request.POST if request.method == "POST" else None
    form = FactColumnsForm(typed, sight=sight, attributes=attributes, today=beijing(now).date())
    if typed is None:
        form.initial["source"] = PurePosixPath(file).stem[:100]
    elif form.is_valid():
        job = ask_facts_import(sha256, file=file, meant=form.meant(), by=asking.person(request), now=now)
        return redirect("job", job_id=job.pk)
    context = {"form": form, "file": file, "sight": sight}
    return render(
        request, "benefits/facts_import_columns.html", context, status=UNPROCESSABLE if form.errors else 200
    )


@require_safe
@for_officers
def facts_import_report(request: HttpRequest, import_id: int) -> HttpResponse:
    """Show what came of a file: how much was new, and each row or cell that cannot be used."""
    found = queries.fact_import(import_id)
    if found is None:
        raise Http404
    problems = [{"line": one["line"], "facts": one["facts"], "words": _words(one)} for one in found.problems]
    return render(request, "benefits/facts_import_report.html", {"report": found, "problems": problems})


def _words(one: dict[str, Any]) -> str:
    facts = one["facts"]
    return refusal_text(Problem(one["code"], one["code"], facts={**facts, "written": facts.get("value", "")}))


def _asked(request: HttpRequest) -> listing.Asked:
    return listing.asked(request, sort="-since", code=queries.CODES)


def _found(asked: listing.Asked) -> QuerySet[FactProblem]:
    return queries.problems(
        text=asked.text, code=asked.chosen["code"], attributes=attributes_titled(asked.text), sort=asked.sort
    )


def _look(request: HttpRequest) -> Look:
    return look_of(request, "fact-problems", _columns(), shown=("party", "attribute", "why", "since"))


def _columns() -> list[Column[FactProblem]]:
    known = vocabulary()
    return [
        column(
            "party",
            _("Firm"),
            lambda one: party_name(one.firm, one.person),
            width=36,
            sort="party",
            lead=True,
        ),
        column(
            "attribute",
            _("Which fact"),
            lambda one: title_of(one.attribute, known),
            width=24,
            sort="attribute",
        ),
        column("why", _("Why it cannot be used"), lambda one: trouble_words(one.code), width=48, sort="code"),
        column("since", _("Since"), lambda one: one.since, sort="since", fit=True),
    ]
