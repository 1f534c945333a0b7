"""Answers kept: searched by everyone, written and agreed by those who give them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.organization.lists import ROWS_ON_A_PAGE, Column, Look, column, look_of, workbook
from lianqiao.service.drug.commands import answers as commands
from lianqiao.service.drug.forms.answers import AnswerForm, ReasonForm, ReviewForm
from lianqiao.service.drug.models import Answer
from lianqiao.service.drug.queries import answers as queries
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown

SHOWN = ("question", "state", "review_on", "approved_by")
SORTS: dict[str, Callable[[Answer], Any]] = {
    "question": lambda row: row.question,
    "review_on": lambda row: row.review_on,
}
STATES = (queries.IN_FORCE, queries.PROPOSED, queries.DUE, queries.REPLACED, queries.WITHDRAWN)


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """Show answers: in force to everyone, in every state to those who keep them."""
    asked, look = _asked(request), _look(request)
    if look.opening:
        return redirect(look.opening)
    found = _found(request, asked)
    keeper = _keeps(request)
    context = {
        "page": Paginator(found, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "look": look,
        "asked": asked,
        "keeper": keeper,
        "export": reverse("answers-sheet"),
        "states": [(name, words, name == (asked.chosen["state"] or queries.IN_FORCE))
                   for name, words in state_words().items() if name in STATES],
        "due": queries.due_count(today=_today(request)) if keeper else 0,
        "desks": [one.id for one in queries.keeping()],
    }  # fmt: skip
    return render(request, "drug/answers.html", context)


@require_safe
def answers_sheet(request: HttpRequest) -> FileResponse:
    """Send the same answers as a workbook."""
    return workbook(_("Answers"), _look(request).columns, _found(request, _asked(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def proposing(request: HttpRequest, answer_id: int = 0) -> HttpResponse:
    """Show the form of an answer, or of another version of one, and propose it."""
    _keeper(request)
    person, now = asking.person(request), asking.moment(request)
    replacing = queries.answer_for(answer_id, person, at=now) if answer_id else None
    typed = request.POST if request.method == "POST" else None
    form = AnswerForm(typed, replacing=replacing)
    if typed is not None and form.is_valid():
        try:
            made = commands.propose_answer(**form.cleaned_data, by=person, now=now, replacing=replacing)
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("Proposed. It is in force once a second person agrees."))
            return redirect("answer", answer_id=made.pk)
    context = {"form": form, "replacing": replacing}
    return render(request, "drug/answer_new.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_safe
@refusals_shown
def answer(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Show one answer with its grounds and versions."""
    return _page(request, answer_id)


@require_POST
@refusals_shown
def decision(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Agree to an answer proposed, or decline it with a reason."""
    agree = "agree" in request.POST
    form = ReasonForm(request.POST, prefix="decision")
    reason = "" if agree or not form.is_valid() else form.cleaned_data["reason"]
    if not agree and not reason:
        return _page(request, answer_id, decision=form)
    one, by, now = _mine(request, answer_id)
    commands.decide_answer(one, agree=agree, by=by, now=now, reason=reason)
    messages.success(
        request, _("It is in force.") if agree else _("It is declined; whoever drafted it sees why.")
    )
    return redirect("answer", answer_id=one.pk)


@require_POST
@refusals_shown
def withdrawal(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Withdraw an answer, with the reason."""
    form = ReasonForm(request.POST, prefix="withdrawal")
    if not form.is_valid():
        return _page(request, answer_id, withdrawal=form)
    one, by, now = _mine(request, answer_id)
    commands.withdraw_answer(one, by=by, now=now, reason=form.cleaned_data["reason"])
    messages.success(request, _("Withdrawn: nobody finds it any more."))
    return redirect("answer", answer_id=one.pk)


@require_POST
@refusals_shown
def review(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Say that an answer holds, and when to look again."""
    form = ReviewForm(request.POST, prefix="review")
    if form.is_valid():
        one, by, now = _mine(request, answer_id)
        try:
            commands.confirm_answer(one, by=by, now=now, review_on=form.cleaned_data["review_on"])
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("Looked at; the next time is set."))
            return redirect("answer", answer_id=one.pk)
    return _page(request, answer_id, review=form)


def state_words() -> dict[str, str]:
    """Return how an answer stands."""
    return {
        queries.IN_FORCE: _("In force"),
        queries.DUE: _("To be looked at again"),
        queries.PROPOSED: _("Waiting for a second person"),
        queries.REPLACED: _("Replaced"),
        queries.DECLINED: _("Sent back"),
        queries.WITHDRAWN: _("Withdrawn"),
    }


def _page(request: HttpRequest, answer_id: int, **forms: Any) -> HttpResponse:
    one, person, now = _mine(request, answer_id)
    keeper = queries.keeps_answers(person, at=now)
    words = state_words()
    context = {
        "answer": one,
        "state": words[one.state],
        "keeper": keeper,
        "may_decide": keeper and one.state == queries.PROPOSED and one.drafted_by_id != person.pk,
        "in_force": one.state == queries.IN_FORCE,
        "grounds": [line for line in one.citations.splitlines() if line.strip()],
        "late": one.review_on <= _today(request),
        "versions": [(other, words[other.state]) for other in queries.versions_of(one)] if keeper else [],
        "like": queries.answers_like(one.mechanism, one.question, but=one.pk),
        "decision": ReasonForm(prefix="decision"),
        "withdrawal": ReasonForm(prefix="withdrawal"),
        "review": ReviewForm(prefix="review"),
        **forms,
    }
    return render(request, "drug/answer.html", context, status=UNPROCESSABLE if forms else 200)


def _mine(request: HttpRequest, answer_id: int) -> tuple[Answer, Any, Any]:
    person, now = asking.person(request), asking.moment(request)
    return queries.answer_for(answer_id, person, at=now), person, now


def _keeps(request: HttpRequest) -> bool:
    return queries.keeps_answers(asking.person(request), at=asking.moment(request))


def _keeper(request: HttpRequest) -> None:
    if not _keeps(request):
        raise PermissionDenied(_("Answers are written by those who give them."))


def _today(request: HttpRequest) -> date:
    return beijing(asking.moment(request)).date()


def _asked(request: HttpRequest) -> listing.Asked:
    return listing.asked(request, sort="", state=STATES if _keeps(request) else ())


def _found(request: HttpRequest, asked: listing.Asked) -> list[Answer]:
    state = asked.chosen["state"] or queries.IN_FORCE
    found = queries.answers(state=state, today=_today(request))
    rows = queries.found_answers(found, asked.text) if asked.text else list(found[: queries.COMPARED])
    if key := SORTS.get(asked.sort.removeprefix("-")):
        rows.sort(key=key, reverse=asked.sort.startswith("-"))
    return rows


def _look(request: HttpRequest) -> Look:
    words = state_words()
    columns: tuple[Column[Any], ...] = (
        column("question", _("Question"), lambda row: row.question, width=48, sort="question", lead=True),
        column("text", _("Answer"), lambda row: row.text, width=80),
        column("citations", _("Grounds"), lambda row: row.citations, width=48),
        column("state", _("How it stands"), lambda row: words[row.state]),
        column("review_on", _("Look again on"), lambda row: row.review_on, sort="review_on", fit=True),
        column("drafted_by", _("Drafted by"), lambda row: row.drafted_by.name),
        column("approved_by", _("Agreed by"), lambda row: row.approved_by.name if row.approved_by else ""),
    )
    return look_of(request, "answers", columns, shown=SHOWN)
