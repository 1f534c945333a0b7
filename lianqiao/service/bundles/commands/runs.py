"""A bundle is started with what was asked once; each matter opens when those before it have ended well."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import packs
from lianqiao.bridge import queries as bridge_queries
from lianqiao.engine.beijing import beijing
from lianqiao.engine.bundles import (
    OPENING,
    Bundle,
    Matter,
    data_of,
    interview,
    needed,
    shared_form,
)
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.needs import accept
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.bundles.models import Run, RunMatter
from lianqiao.service.bundles.queries.runs import (
    BADLY,
    CALLED_OFF,
    ENDED_WELL,
    OPEN,
    WAITING,
    WELL,
    bundle,
    made_before,
    moving_runs,
)
from lianqiao.service.queries.derived import derived_values

Typed = Mapping[str, Any]


def start_run(
    bundle_id: str,
    *,
    firm: Firm,
    by: Person,
    answers: Typed,
    data: Typed,
    now: datetime,
    once: str = "",
    via: str = "",
) -> Run:
    """Start a bundle for a firm: the first matters are opened, the others wait for their turn.

    `answers` are to the interview, `data` what was asked once, both as typed; the form's token `once` makes
    it idempotent. Nothing is opened where a matter of any turn lacks something: all of it is told at once,
    by the name of the shared field. Raises Refusal: `unknown-bundle`, `wrong-role`, `bundle-nothing`, and as
    `bridge.open_case` does.
    """
    found, token = bundle(bundle_id), _token(once)
    if again := made_before(token, by):
        return again
    said, wanted = _wanted(found, answers, firm=firm, by=by, now=now)
    typed = _checked(found, wanted, data, now)
    run = Run(
        bundle=found.id,
        title=_title(found, typed),
        firm=firm,
        by=by,
        answers=said,
        via=via,
        once=token or None,
        started_at=now,
        example=firm.example,
    )
    try:
        _begin(run, found, wanted, typed)
    except IntegrityError:
        if again := made_before(token, by):
            return again
        raise
    return run


def _token(once: str) -> str:
    return hashlib.sha256(once.encode(errors="surrogatepass")).hexdigest() if once else ""


def _wanted(
    found: Bundle, answers: Typed, *, firm: Firm, by: Person, now: datetime
) -> tuple[dict[str, Any], list[str]]:
    """Return the answers as they are kept, and the matters they need."""
    if not organization.acts_for(by.pk, firm.pk, at=now):
        raise refuse("wrong-role", f"you do not act for {firm.name}", hint="choose a firm you act for")
    said = answered(found, answers)
    wanted = needed(found, said)
    if not wanted:
        raise refuse("bundle-nothing", "by these answers nothing is to be done", hint="look at the answers")
    return said, wanted


@transaction.atomic
def _begin(run: Run, found: Bundle, wanted: list[str], typed: Typed) -> None:
    """Write the run with its matters, and open those that wait for nobody."""
    run.save(force_insert=True)
    for name in wanted:
        _planned(run, name, found.matters[name], wanted, typed)
    _advance(run, run.started_at, strict=True)


def answered(found: Bundle, answers: Typed) -> dict[str, Any]:
    """Return the answers to a bundle's interview as its conditions read them; raises Refusal `needs-…`."""
    asking = interview(found)
    return accept(asking, asking.steps[OPENING], {}, answers, derive=lambda _: {})


def advance_runs(*, now: datetime) -> int:
    """Open what has its turn in every run in which something ended; returns how many matters were opened.

    Each run in a transaction of its own, so that a worker killed in the middle leaves all of it undone, and
    the next does it once.
    """
    opened = 0
    for run_id in moving_runs():
        with transaction.atomic():
            opened += _advance(Run.objects.select_for_update().get(pk=run_id), now)
    return opened


@transaction.atomic
def link_case(run: Run, name: str, number: str, *, by: Person, now: datetime) -> None:
    """Keep that a case filed by hand is this matter's, where its own ended badly or could not be opened.

    Raises Refusal: `wrong-role`, `unknown-matter`, `matter-moving` where its own case runs or ended well, and
    `needs-wrong` (fault `not-matter-case`) unless it is a case of this firm and promise, and of no other run.
    """
    locked = _locked(run, by, now)
    matter = _matter(locked, name)
    if matter.state not in (BADLY, WAITING):
        raise refuse("matter-moving", "its own case is under way or ended well", hint="look at the case")
    case = (
        bridge_queries.numbered([number.strip()])
        .filter(firm_id=locked.firm_id, mechanism=matter.mechanism)
        .first()
    )
    if case is None or RunMatter.objects.filter(case=case).exists():
        raise refuse("needs-wrong", "no such case", field="number", fault="not-matter-case")
    matter.case, matter.state, matter.problem, matter.opened_at = case, OPEN, "", now
    matter.save()
    locked.ended_at = None
    locked.save()
    _advance(locked, now)


@transaction.atomic
def call_off(run: Run, name: str, *, by: Person, now: datetime) -> None:
    """Call off a matter that still waits, and so whatever waits for it alone.

    Raises Refusal: `wrong-role`, `unknown-matter`, `matter-moving`.
    """
    locked = _locked(run, by, now)
    matter = _matter(locked, name)
    if matter.state not in (WAITING, BADLY):
        raise refuse("matter-moving", "it is under way or has ended", hint="withdraw its case")
    matter.state, matter.problem = CALLED_OFF, ""
    matter.save()
    _advance(locked, now)


def _advance(run: Run, now: datetime, *, strict: bool = False) -> int:
    """Take note of what ended and open what has its turn; `strict` lets a refusal undo everything."""
    opened = 0
    matters = list(RunMatter.objects.filter(run=run).select_related("case").order_by("place"))
    for matter in matters:
        if matter.state == OPEN and matter.case is not None and matter.case.closed_at is not None:
            matter.state = WELL if matter.case.outcome in ENDED_WELL else BADLY
            matter.save()
    over = {matter.name for matter in matters if matter.state in (WELL, CALLED_OFF)}
    for matter in matters:
        if matter.state == WAITING and over.issuperset(matter.after):
            opened += _open(run, matter, now, strict=strict)
    ended = all(matter.state in (WELL, CALLED_OFF) for matter in matters)
    if ended != (run.ended_at is not None):
        run.ended_at = now if ended else None
        run.save()
    return opened


def _open(run: Run, matter: RunMatter, now: datetime, *, strict: bool) -> bool:
    try:
        with transaction.atomic():
            case = bridge.open_case(
                matter.mechanism,
                by=run.by,
                firm=run.firm,
                data=matter.data,
                now=now,
                once=f"bundle-matter-{matter.pk}",
                via=run.via,
            )
    except Refusal as refusal:
        if strict:
            raise _in_words_of(bundle(run.bundle).matters[matter.name], refusal) from None
        matter.problem = refusal.code
        matter.save()
        return False
    matter.case, matter.state, matter.problem, matter.opened_at = case, OPEN, "", now
    matter.save()
    return True


def _planned(run: Run, name: str, matter: Matter, wanted: list[str], typed: Typed) -> None:
    data = data_of(matter, typed)
    files = sorted({file["sha256"] for value in data.values() for file in _files(value)})
    RunMatter.objects.create(
        run=run,
        name=name,
        place=wanted.index(name),
        mechanism=matter.mechanism,
        after=[one for one in matter.after if one in wanted],
        data=data,
        files=files,
    )


def _checked(found: Bundle, wanted: list[str], data: Typed, now: datetime) -> dict[str, Any]:
    """Return what was typed once; every matter's promise has looked at it, each problem told once."""
    pack = packs.current()
    asking = shared_form(found, pack, wanted)
    problems: dict[tuple[str, str], Problem] = {}
    try:
        accept(asking, asking.steps[OPENING], {}, data, derive=lambda _: {})
    except Refusal as refusal:
        problems = {_key(problem): problem for problem in refusal.problems}
    for name in wanted:
        matter = found.matters[name]
        promise = pack.newest(matter.mechanism)
        for problem in _problems(promise, data_of(matter, data), now):
            told = _renamed(matter, problem)
            problems.setdefault(_key(told), told)
    if problems:
        raise Refusal(*problems.values())
    return dict(data)


def _problems(promise: Mechanism, data: Typed, now: datetime) -> Iterator[Problem]:
    on = beijing(now).date()
    try:
        accept(
            promise,
            promise.steps[promise.opening_step],
            {},
            data,
            derive=lambda known: derived_values(promise, known, on=on),
        )
    except Refusal as refusal:
        yield from refusal.problems


def _key(problem: Problem) -> tuple[str, str]:
    return problem.facts.get("field", problem.place), problem.code


def _renamed(matter: Matter, problem: Problem) -> Problem:
    field = problem.facts.get("field", "")
    shared = matter.data.get(field, field)
    return replace(problem, place=f"field {shared}", facts={**problem.facts, "field": shared})


def _in_words_of(matter: Matter, refusal: Refusal) -> Refusal:
    return Refusal(*(_renamed(matter, problem) for problem in refusal.problems))


def _title(found: Bundle, typed: Typed) -> str:
    """Return what a run is called: the first text asked, else the bundle's title."""
    texts = [value for name in found.shared if isinstance(value := typed.get(name), str) and value.strip()]
    return " ".join((texts[0] if texts else found.title.zh_hans).split())[:200]


def _files(value: Any) -> list[dict[str, Any]]:
    found = value if isinstance(value, list) else []
    return [one for one in found if isinstance(one, dict) and "sha256" in one]


def _locked(run: Run, by: Person, now: datetime) -> Run:
    if not organization.acts_for(by.pk, run.firm_id, at=now):
        raise refuse("wrong-role", "only the firm's own people do this")
    return Run.objects.select_for_update().get(pk=run.pk)


def _matter(run: Run, name: str) -> RunMatter:
    found = RunMatter.objects.filter(run=run, name=name).first()
    if found is None:
        raise refuse("unknown-matter", f"there is no matter “{name}” in it", hint="look at the page")
    return found
