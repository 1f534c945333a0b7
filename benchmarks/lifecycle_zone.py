"""The zone the lifecycle benchmark runs in: made by commands, then filled by copying one real lifecycle."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from lianqiao.bridge import chain, commands
from lianqiao.bridge.commands import OpeningAsked, StepAsked
from lianqiao.bridge.commands.outcomes import recount_outcomes
from lianqiao.bridge.models import Attachment, Case, Counter, Entry, Load, Notice, Part, Promise
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.identifiers import credit_check_character
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Firm, Person

MECHANISM = "lifecycle"
STEWARDS = 16
FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
FILED = {
    "drama_title": "示例剧·春江花月夜",
    "episodes": 60,
    "minutes_per_episode": 2,
    "investment": 50_000_000,
    "special_topic": "none",
    "front_page": False,
    "platform_promoted": False,
    "member_priority": False,
    "volunteers_as_key": False,
    "first_shown": "2026-06-01",
    "contact": "示例联系人",
    "telephone": "0791-00000000",
    "platform": "示例平台",
    "synopsis": "一座江边小城，三代人守着同一盏渡口的灯。" * 10,
}
# one lifecycle in ten is still open where cases are copied: it stopped before its last two steps
OPEN_EVERY = 10
AT_ONCE = 2000


@dataclass
class Zone:
    """Sixteen stewards, a leader and a firm; `life` carries one case from opening to closing."""

    people: dict[int, Person]
    leader: Person
    agent: Person
    firm: Firm
    minutes: Iterator[int] = field(default_factory=itertools.count)
    forms: list[dict[str, Any]] = field(default_factory=list)

    def receive_forms(self, count: int) -> None:
        """Have as many sealed forms received as cases will be opened, each with bytes of its own."""
        first = Attachment.objects.count()
        for number in range(first, first + count):
            form = {
                "sha256": f"{number:064x}",
                "name": "备案申请表.pdf",
                "size": 52_301,
                "type": "application/pdf",
            }
            self.forms.append(form)
        rows = [Attachment(**form, person=self.agent, at=FIRST) for form in self.forms]
        Attachment.objects.bulk_create(rows)

    def life(self, *, to_the_end: bool = True) -> Case:
        """Open, assign, pause, resume, decide, close, each through the one door, at a time of its own."""
        at = FIRST + timedelta(minutes=next(self.minutes) % 20_000)
        data = FILED | {"application_form": [self.forms.pop()]}
        case = commands.open_case(MECHANISM, by=self.agent, firm=self.firm, data=data, now=at)
        case = self.step(case, "assign", self.leader, {}, at + timedelta(hours=1))
        assert case.holder_id is not None
        steward = self.people[case.holder_id]
        wrong = [{"field": "drama_title", "reason": "错字"}]
        case = self.step(case, "return", steward, {"incorrect": wrong}, at + timedelta(days=1))
        if not to_the_end:
            return case
        case = self.step(case, "correct", self.agent, {"drama_title": "示例剧·春江"}, at + timedelta(days=2))
        case = self.step(case, "decide", steward, {"opinion": "同意"}, at + timedelta(days=2, hours=1))
        return self.step(case, "close", steward, {"result_note": "已办结"}, at + timedelta(days=2, hours=2))

    def lives_together(self, count: int) -> None:
        """Do what `life` does with so many cases: each step of them all together, at one moment."""
        at = FIRST + timedelta(minutes=next(self.minutes) % 20_000)
        asked = [
            OpeningAsked(MECHANISM, self.agent, self.firm, FILED | {"application_form": [self.forms.pop()]})
            for _ in range(count)
        ]
        cases = _all_done(commands.open_together(asked, now=at))
        cases = self.step_together(cases, "assign", lambda _: self.leader, {}, at + timedelta(hours=1))
        stewards = {case.pk: self.people[case.holder_id or 0] for case in cases}
        wrong = [{"field": "drama_title", "reason": "错字"}]
        for step, by, data, after in (
            ("return", lambda case: stewards[case.pk], {"incorrect": wrong}, timedelta(days=1)),
            ("correct", lambda _: self.agent, {"drama_title": "示例剧·春江"}, timedelta(days=2)),
            ("decide", lambda case: stewards[case.pk], {"opinion": "同意"}, timedelta(days=2, hours=1)),
            ("close", lambda case: stewards[case.pk], {"result_note": "已办结"}, timedelta(days=2, hours=2)),
        ):
            cases = self.step_together(cases, step, by, data, at + after)

    @staticmethod
    def step_together(
        cases: list[Case], step: str, by: Callable[[Case], Person], data: dict[str, Any], now: datetime
    ) -> list[Case]:
        asked = [StepAsked(case.number, step, by(case), data) for case in cases]
        return _all_done(commands.act_together(asked, now=now))

    @staticmethod
    def step(case: Case, step: str, by: Person, data: dict[str, Any], now: datetime) -> Case:
        return commands.act(case.number, step, by=by, data=data, now=now)


def _all_done(answers: list[commands.Answer]) -> list[Case]:
    cases = [answer for answer in answers if isinstance(answer, Case)]
    assert len(cases) == len(answers), answers
    return cases


def make_zone() -> Zone:
    """Make the people, their duties and the firm through the organization's commands."""
    before = FIRST - timedelta(days=30)

    def person(name: str) -> Person:
        return organization.register_person(name, name=name, actor=None, now=before, example=True)

    leader, agent = person("示例负责人"), person("示例企业经办人")
    stewards = [person(f"示例剧管家{number:02}") for number in range(1, STEWARDS + 1)]
    organization.give_duty(leader.pk, code="drama-leader", actor=None, now=before)
    for steward, deputy in zip(stewards, stewards[1:] + stewards[:1], strict=True):
        organization.give_duty(steward.pk, code="drama-steward", deputy_id=deputy.pk, actor=None, now=before)
    code = "91360112MA3500001"
    firm = organization.register_firm(
        code + credit_check_character(code), name="示例企业甲", actor=None, now=before, example=True
    )
    organization.join_firm(agent.pk, firm_id=firm.pk, role="agent", actor=None, now=before)
    people = {one.pk: one for one in [leader, agent, *stewards]}
    return Zone(people, leader, agent, firm)


def fill(zone: Zone, count: int) -> None:
    """Copy a closed and an open lifecycle, log and rows, until `count` cases are there; hashes are real."""
    zone.receive_forms(2)
    closed, still_open = Pattern(zone.life()), Pattern(zone.life(to_the_end=False))
    there = Case.objects.count()
    for first in range(there, count, AT_ONCE):
        chosen = [
            still_open if number % OPEN_EVERY == 0 else closed
            for number in range(first, min(first + AT_ONCE, count))
        ]
        with transaction.atomic():
            _write(chosen, first)
    Counter.objects.filter(series=closed.series).update(last=count)
    open_cases = (count - there) // OPEN_EVERY
    for load in Load.objects.filter(duty="drama-steward"):
        load.open_cases += open_cases // STEWARDS
        load.save()
    recount_outcomes()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class Pattern:
    """One case with all its rows, to be written again under other keys."""

    def __init__(self, case: Case) -> None:
        self.case, self.series = case, case.number.rpartition("-")[0]
        self.entries = list(Entry.objects.filter(case=case))
        self.other: dict[type[Model], list[Model]] = {
            kind: list(kind._default_manager.filter(case=case)) for kind in (Part, Promise, Notice)
        }

    def rows_again(self, key: int, number: int) -> Iterator[tuple[type[Model], list[Any]]]:
        """Yield every row of the case once more, as the database takes it, under this key and number."""
        name, previous, entries = f"{self.series}-{number:06}", chain.FIRST, []
        for entry in self.entries:
            link = chain.link(name, entry.seq, entry.body, previous)
            entries.append(_row(entry, case_id=key, previous=previous, hash=link))
            previous = link
        after = timedelta(minutes=number % 20_000)
        moved = {
            column: connection.ops.adapt_datetimefield_value(moment + after)
            for column in ("opened_at", "last_at", "closed_at")
            if (moment := getattr(self.case, column))
        }
        code = f"B{number:09}"[:10]
        yield Case, _row(self.case, id=key, number=name, progress_code=code, head=previous, **moved)
        yield from ((Entry, row) for row in entries)
        for kind, rows in self.other.items():
            yield from ((kind, _row(row, case_id=key)) for row in rows)


def _row(of: Model, **changes: Any) -> list[Any]:
    """Return the columns of a row as the database takes them, without its key where none is given."""
    kept: dict[str, Any] | None = of.__dict__.get("_as_taken")
    if kept is None:
        kept = of.__dict__["_as_taken"] = {
            field.column: field.get_db_prep_save(getattr(of, field.attname), connection)
            for field in of._meta.concrete_fields
            if field.column != "id"
        }
    return list({**kept, **changes}.values())


def _write(patterns: list[Pattern], first: int) -> None:
    key = Case.objects.order_by("-pk").values_list("pk", flat=True)[0]
    rows: defaultdict[type[Model], list[list[Any]]] = defaultdict(list)
    for offset, pattern in enumerate(patterns, 1):
        for kind, row in pattern.rows_again(key + offset, first + offset):
            rows[kind].append(row)
    for kind, several in rows.items():
        columns = [str(field.column) for field in kind._meta.concrete_fields if field.column != "id"]
        _insert(kind._meta.db_table, [*columns, "id"] if kind is Case else columns, several)


def _insert(table: str, columns: list[str], rows: list[list[Any]]) -> None:
    """Write rows the quickest way the database has."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
            return
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if "id" in columns:
            cursor.execute(f"SELECT setval('{table}_id_seq', max(id)) FROM {table}")
