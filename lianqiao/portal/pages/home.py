"""The front door: what do you need, what awaits you, what the zone promises and how it keeps its word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs, queries
from lianqiao.bridge.ruler import Ruler, ruler
from lianqiao.engine.beijing import BEIJING, beijing
from lianqiao.engine.calendar import DayKind
from lianqiao.engine.clock import reckon
from lianqiao.engine.mechanism import Clock, Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.language import in_words
from lianqiao.service.queries import case_lists
from lianqiao.service.queries.overview import ClockTally, kept_by_clock, overseen
from lianqiao.service.queries.public_figures import SMALLEST
from lianqiao.service.time_left import budget_words

# every year has make-up days, so one is never further off than this
MAKE_UP_DAY_WITHIN_DAYS = 400


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the search, the zone's promises and how they are kept, and what awaits whoever is signed in."""
    now: datetime = request.now  # type: ignore[attr-defined]
    mechanisms = packs.current().newest_versions
    clocks = kept_by_clock(mechanisms, now=now)
    context = {
        "promises": [_promise(one, clocks) for one in mechanisms.values() if one.offered],
        "awaiting": _awaiting(request.user, now) if isinstance(request.user, Person) else [],
        "items_url": _address("items"),
        # a fragment that improves the search while one types; the search itself is a plain form
        "suggestions_url": _address("item-suggestions"),
        "example": _example(mechanisms.values(), now),
    }
    return render(request, "portal/pages/home.html", context)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Go where this person's day begins: who leads promises in the overview, an officer in the worklist, …"""
    now: datetime = request.now  # type: ignore[attr-defined]
    assert isinstance(request.user, Person)
    person_id = request.user.pk
    if organization.is_leader(person_id, at=now) and overseen(person_id, at=now):
        return redirect("overview")
    if organization.is_officer(person_id, at=now):
        return redirect("worklist")
    return redirect("matters" if organization.firms_of(person_id, at=now) else "home")


@dataclass(frozen=True)
class Example:
    """A deadline that shows what the calendar does: a promise whose last day is a make-up day."""

    clock: str
    budget: str
    started_at: datetime
    ruler: Ruler


def _example(mechanisms: Iterable[Mechanism], now: datetime) -> Example | None:
    """Return the first promise in working days as it would have fallen due on the latest make-up day."""
    calendar, today = packs.calendar(now), beijing(now).date()
    promised = (clock for one in mechanisms for clock in _wholes(one) if clock.budget.endswith("wd"))
    clock = next(promised, None)
    past = (today - timedelta(days=days) for days in range(MAKE_UP_DAY_WITHIN_DAYS))
    make_up = next((day for day in past if calendar.explain(day).kind is DayKind.MAKE_UP), None)
    if clock is None or make_up is None:
        return None
    first = calendar.nth_working_day_after(make_up, -int(clock.budget.removesuffix("wd")))
    start = datetime.combine(first, time(10), BEIJING)
    reckoned = reckon(start, clock.budget, calendar=calendar)
    # seen from the day before, so that no day of the past is called today
    made = ruler(reckoned, calendar=calendar, now=start - timedelta(days=1))
    return Example(in_words(clock.title), budget_words(clock.budget), start, made)


def _wholes(mechanism: Mechanism) -> list[Clock]:
    return [clock for clock in mechanism.clocks.values() if clock.measured and not clock.part_of]


def _promise(mechanism: Mechanism, clocks: list[ClockTally]) -> dict[str, Any]:
    wholes = {f"{mechanism.id}/{name}" for name, clock in mechanism.clocks.items() if not clock.part_of}
    return {
        "title": in_words(mechanism.title),
        "summary": in_words(mechanism.summary),
        "url": _address("service", mechanism.id) or _address("services"),
        "example": mechanism.example,
        "clocks": [
            {
                "title": one.title,
                "budget": one.budget,
                # of few, everybody could tell whose was broken
                "rate": rate(one.tally.rate) if _owed(one) >= SMALLEST else "",
                "few": 0 < _owed(one) < SMALLEST,
            }
            for one in clocks
            if one.key in wholes and one.budget
        ],
        "smallest": SMALLEST,
    }


def rate(tenths: int | None) -> str:
    """Return tenths of a percent as people read them: "97.2", "100"; "" where nothing came due."""
    return "" if tenths is None else f"{tenths / 10:.1f}".removesuffix(".0")


def _owed(one: ClockTally) -> int:
    return one.tally.kept + one.tally.broken


def _awaiting(person: Person, now: datetime) -> list[dict[str, Any]]:
    """Return the counts of what waits for this person, each with the page that lists it."""
    found = []
    firms = organization.firms_of(person.pk, at=now)
    if firms or queries.has_own_cases(person.pk):
        count = case_lists.turns(queries.matters(firms, person_id=person.pk))["firm"]
        words = _("Waiting for your firm") if firms else _("Waiting for you")
        found.append(_waiting(count, words, f"{reverse('matters')}?show=firm"))
    if organization.is_officer(person.pk, at=now):
        counts = case_lists.standings(case_lists.with_standing(queries.worklist(person.pk), now=now))
        here = reverse("worklist")
        found.append(_waiting(sum(counts.values()), _("To do now"), here))
        for standing, label in (("at-risk", _("Due soon")), ("broken", _("Overdue"))):
            if counts.get(standing):
                found.append(_waiting(counts[standing], label, f"{here}?standing={standing}", standing))
    found.append(_waiting(queries.unread_count(person.pk), _("Unread notices"), reverse("notices")))
    return found


def _waiting(count: int, label: str, url: str, tone: str = "") -> dict[str, Any]:
    return {"count": count, "label": label, "url": url, "tone": tone}


def _address(name: str, *arguments: str) -> str:
    """Return the address of a page another room serves, "" where it serves none."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
