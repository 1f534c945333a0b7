"""Bundles on offer, and those under way: each matter, when all of it is due, what it waits for longest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from lianqiao.bridge import packs, queries
from lianqiao.bridge.models import Case
from lianqiao.engine.bundles import Bundle, bundles_of, critical_path, expected_end
from lianqiao.engine.clock import ClockState
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.journeys import whole_budgets
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.nearest import meant
from lianqiao.engine.needs import CONTROL
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.bundles.models import Run, RunMatter

WAITING, OPEN, WELL, BADLY, CALLED_OFF = "waiting", "open", "well", "badly", "called-off"
ENDED_WELL = ("granted", "done")
SORTS = {"title": "title", "firm": "firm__name", "started": "started_at", "bundle": "bundle"}


@dataclass(frozen=True)
class Planned:
    """One matter in time: from when to when it runs, or would if every promise takes its whole time."""

    matter: RunMatter
    begins: datetime
    ends: datetime
    critical: bool


@dataclass(frozen=True)
class Plan:
    """A run in time; `due` is when the last matter is due, None where nothing is left to wait for."""

    matters: tuple[Planned, ...]
    begins: datetime
    due: datetime | None

    @property
    def critical(self) -> list[str]:
        """The matters the whole waits for."""
        return [one.matter.name for one in self.matters if one.critical]


def bundles() -> Mapping[str, Bundle]:
    """Return the bundles the pack has, by id."""
    return bundles_of(packs.current())


def bundle(bundle_id: str) -> Bundle:
    """Return one bundle; raises Refusal `unknown-bundle`."""
    known = bundles()
    if bundle_id not in known:
        hint = meant(bundle_id, known, what="known bundles")
        raise refuse("unknown-bundle", f"there is no bundle “{bundle_id}”", hint=hint)
    return known[bundle_id]


def runs(
    *,
    firms: Iterable[Firm] | None = None,
    mechanisms: Iterable[str] = (),
    text: str = "",
    sort: str = "-started",
) -> QuerySet[Run]:
    """Return runs with firm and matters: those of these firms, or where None those with such a promise."""
    found = Run.objects.select_related("firm", "by").prefetch_related(_matters())
    if firms is not None:
        found = found.filter(firm__in=list(firms))
    else:
        within = RunMatter.objects.filter(mechanism__in=list(mechanisms)).values("run_id")
        found = found.filter(pk__in=within)
    for word in CONTROL.sub(" ", text)[:100].split()[:8]:
        found = found.filter(Q(title__icontains=word) | Q(firm__name__icontains=word))
    column = SORTS.get(sort.removeprefix("-"), "started_at")
    return found.order_by(f"-{column}" if sort.startswith("-") else column, "-pk")


def seen_by(person: Person, *, at: datetime, text: str = "", sort: str = "-started") -> QuerySet[Run]:
    """Return the runs a person sees: of the firms they act for, or with a promise they hold a duty in."""
    duties = organization.duties_of(person.pk, at=at)
    if not duties:
        return runs(firms=organization.firms_of(person.pk, at=at), text=text, sort=sort)
    return runs(mechanisms=_served_with(duties), text=text, sort=sort)


def run_for(run_id: int, person: Person, *, at: datetime) -> Run:
    """Return a run its firm, or whoever serves one of its promises, may see; refuses `unknown-run`."""
    found = Run.objects.select_related("firm", "by").prefetch_related(_matters()).filter(pk=run_id).first()
    if found is None or not _may_see(found, person, at):
        raise unknown_run(run_id)
    return found


def run_of(case: Case) -> Run | None:
    """Return the run a case belongs to."""
    found = RunMatter.objects.filter(case=case).select_related("run").first()
    return found.run if found else None


def made_before(once: str, by: Person) -> Run | None:
    """Return the run this person started with the same token."""
    return Run.objects.filter(by=by, once=once).first() if once else None


def plan(run: Run, *, now: datetime) -> Plan:
    """Return a run in time. A matter not open yet begins when those before it are due, and takes the times
    its promise promises, one after the other; the firm's own time is not in it."""
    calendar, hours = packs.calendar(now), packs.current().district.hours
    begins: dict[str, datetime] = {}
    ends: dict[str, datetime] = {}
    matters = [one for one in run.matters.all() if one.state != CALLED_OFF]
    for one in matters:
        before = [ends[name] for name in one.after if name in ends]
        if one.case is not None:
            begins[one.name] = one.case.opened_at
            ends[one.name] = one.case.closed_at or _due(one.case, now)
        else:
            begins[one.name] = max([now, *before])
            budgets = _budgets(packs.current().newest_versions.get(one.mechanism))
            ends[one.name] = expected_end(budgets, begins[one.name], calendar, hours)
    moving = {one.name: ends[one.name] for one in matters if one.state in (WAITING, OPEN)}
    path = critical_path({one.name: one.after for one in matters}, moving)
    planned = tuple(Planned(one, begins[one.name], ends[one.name], one.name in path) for one in matters)
    return Plan(planned, run.started_at, max(moving.values(), default=None))


def moving_runs() -> list[int]:
    """Return the runs in which a case has ended, or whose turn came and could not be opened yet."""
    ended = RunMatter.objects.filter(state=OPEN, case__closed_at__isnull=False)
    stuck = RunMatter.objects.filter(state=WAITING).exclude(problem="")
    found = ended.values_list("run_id", flat=True).union(stuck.values_list("run_id", flat=True))
    return sorted(set(found))


def named_in_runs(digests: set[str]) -> set[str]:
    """Return those of some files that a matter still waiting names."""
    kept = RunMatter.objects.filter(state=WAITING).exclude(files=[]).values_list("files", flat=True)
    return digests & {sha256 for files in kept for sha256 in files}


def unknown_run(run_id: int) -> Refusal:
    """Return the refusal for a run that is not there or not this person's: the two read alike."""
    return refuse("unknown-run", f"there is no bundle under way {run_id} for you", hint="look in the list")


def _matters() -> Prefetch[str]:
    return Prefetch("matters", queryset=RunMatter.objects.select_related("case").order_by("place"))


def _served_with(duties: frozenset[str]) -> list[str]:
    return [
        one.id
        for one in packs.current().newest_versions.values()
        if duties & {*one.taken_in_by, *(role.duty for role in one.roles.values())}
    ]


def _may_see(run: Run, person: Person, at: datetime) -> bool:
    if organization.acts_for(person.pk, run.firm_id, at=at):
        return True
    served = set(_served_with(organization.duties_of(person.pk, at=at)))
    return person.is_active and any(one.mechanism in served for one in run.matters.all())


def _due(case: Case, now: datetime) -> datetime:
    """Return when an open case is due: what runs now, and after it the promises that have not begun."""
    state, mechanism = queries.state_of(case), queries.mechanism_of(case)
    running = [
        due
        for name, one in state.clocks.items()
        if not one.result
        and name in mechanism.clocks
        and mechanism.clocks[name].measured
        and (due := ClockState.from_dict(one.promise).due_at)
    ]
    later = [
        clock.budget
        for name, clock in mechanism.clocks.items()
        if clock.measured and not clock.part_of and name not in state.clocks and _comes_after(name, mechanism)
    ]
    at = max([now, *running])
    return expected_end(later, at, packs.calendar(now), packs.current().district.hours)


def _comes_after(clock: str, mechanism: Mechanism) -> bool:
    """True where a clock is of the ordinary way: some step starts it without a condition."""
    return any(clock in step.starts for step in mechanism.steps.values())


def _budgets(mechanism: Mechanism | None) -> tuple[str, ...]:
    return whole_budgets(mechanism) if mechanism else ()
