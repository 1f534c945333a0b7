"""A year's demands, visits and assisted matters of the demonstration, in the numbers the articles give.

62 instructors, each with firms of their own; 7 linked leaders for 14 firms; 772 firms and 1 873 matters
served; 137 demands solved. Everyone and everything is generated; only the numbers are the articles'.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from lianqiao.bridge import jobs, packs
from lianqiao.bridge.commands import PastAct, PastCase, enter_past
from lianqiao.engine.beijing import beijing
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.identifiers import credit_check_character
from lianqiao.organization import commands
from lianqiao.organization.models import Firm, Mandate, Person
from lianqiao.organization.queries import person_named
from lianqiao.service.commands.visits import keep_cases, record_visit
from lianqiao.service.demo.cast import Cast
from lianqiao.service.demo.demands import MATTERS, NEWS, SOLVED, DemandTold, told
from lianqiao.service.demo.further import Stage, enter_further

FIRMS, SERVED, DEMANDS_SOLVED = 772, 1873, 137
INSTRUCTORS, LINKED_FIRMS, LINKED_LEADERS = 62, 14, 7
LINES = ("economy", "labour", "finance", "innovation", "construction", "market", "trade", "living")
# the articles speak of a year up to its autumn; a demonstration shown earlier has that much less
WHOLE_BY = (10, 1)
FIRST_EXTRA = 1000
VISITS = 40
# mandates began before the first matter of the year
WHOLE_YEAR = 300


@dataclass
class Town:
    """Those the year needs: firms in order, instructors, the desk, the agents, the window."""

    firms: list[Firm]
    clerk: Person
    desk: Person
    instructors: list[Person]
    agents: dict[int, Person]
    mandates: dict[int, Mandate]
    calendar: Calendar
    random: Random
    now: datetime

    def moment(self, days_ago: int, hour: int = 9) -> datetime:
        """Return an office hour of the working day so many working days ago."""
        index = self.calendar.working_index(beijing(self.now).date()) - 1 - days_ago
        day = self.calendar.working_day(index)
        at = beijing(self.now).replace(hour=hour, minute=self.random.randrange(60), second=0, microsecond=0)
        return min(at.replace(year=day.year, month=day.month, day=day.day), self.now)


def enter_year(cast: Cast, *, now: datetime) -> None:
    """Enter the year's cases up to `now`, and let time do what it owes them."""
    town = _town(cast, now=now)
    share = _share(now)
    enter_past(_matters(town, round(SERVED * share)))
    demands = told(town.random, solved=round(DEMANDS_SOLVED * share))
    cases = enter_past(_demand(town, one) for one in demands)
    by_visit = [case for case in cases if case.channel == "visit"]
    for number, case in enumerate(by_visit[:VISITS]):
        assert case.firm is not None
        owner, subject, said = town.instructors[number % INSTRUCTORS], *NEWS[number % len(NEWS)]
        visit = record_visit(
            case.firm, by=owner, day=beijing(case.opened_at).date(), subject=subject, summary=said,
            next_step="示例：办结后回访", now=case.opened_at, example=True,
        )  # fmt: skip
        keep_cases(visit, [case])
    _rota(now=now)
    jobs.tick(now=now)
    known = [(firm, some[0]) for firm in cast.firms if (some := cast.agents.get(firm.pk))]
    enter_further(Stage(known, town.moment, now))
    jobs.tick(now=now)


def _rota(*, now: datetime) -> None:
    """Plan who stands at the windows: agents by turns, two each week, the clerk all week."""
    monday = beijing(now).date() - timedelta(days=beijing(now).weekday() + 14)
    for name in (*(f"agent-{number:02}" for number in range(1, 5)), "window-clerk-01"):
        person = person_named(name)
        assert person is not None
        number = int(name[-2:]) - 1
        agent = name.startswith("agent")
        commands.plan_shifts(
            person.pk, code="agent" if agent else "window-clerk",
            place=f"示例惠企专窗{number % 2 + 1}号" if agent else "示例综合窗口",
            first_day=monday + timedelta(weeks=number // 2 if agent else 0), last_day=None,
            weekdays=[1, 2, 3, 4, 5], begins=time(9), ends=time(17, 30), every_weeks=2 if agent else 1,
            actor=None, now=now,
        )  # fmt: skip


def _share(now: datetime) -> float:
    """Return how much of the articles' numbers there is at `now`: all of it from the autumn on."""
    day = beijing(now)
    whole = day.replace(month=WHOLE_BY[0], day=WHOLE_BY[1])
    begin = day.replace(month=1, day=1)
    return min(1.0, max(0.02, (day - begin) / (whole - begin)))


def _town(cast: Cast, *, now: datetime) -> Town:
    random = Random(20260322)  # noqa: S311 - a demonstration wants the same numbers again
    since = now - timedelta(days=400)
    firms = _firms(cast, now=since)
    people = _People(now=since)
    instructors = people.several("instructor", "示例指导员", INSTRUCTORS)
    for number, person in enumerate(instructors):
        own = [firm.credit_code for firm in firms[number::INSTRUCTORS]]
        deputy = instructors[(number + 1) % INSTRUCTORS]
        people.give(person, "firm-officer", deputy, {"firm": own})
    leaders = people.several("linked", "示例挂点领导", LINKED_LEADERS)
    for number, person in enumerate(leaders):
        linked = [firm.credit_code for firm in firms[:LINKED_FIRMS][number::LINKED_LEADERS]]
        people.give(person, "linked-leader", leaders[number - 1], {"firm": linked})
    for index, line in enumerate(LINES):
        a, b = people.several(f"line-{line}", "示例承办人", 2, after=2 * index)
        people.give(a, "demand-handler", b, {"department": [line]})
    desk, clerk = people.pair("demand-desk", "示例受理员"), people.pair("window-clerk", "示例窗口")
    agents = people.several("agent", "示例代办员", 8)
    for number, person in enumerate(agents):
        people.give(person, "agent", agents[number - 1])
    people.pair("demand-leader", "示例督办负责人")
    people.pair("agent-leader", "示例帮办负责人")
    _others(people)
    of_firms = {firm.pk: some[0] for firm in cast.firms if (some := cast.agents.get(firm.pk))}
    mandates = _mandates(cast.firms, of_firms, agents, now=now)
    return Town(firms, clerk, desk, instructors, of_firms, mandates, packs.calendar(now), random, now)


def _mandates(
    firms: list[Firm], own: dict[int, Person], agents: list[Person], *, now: datetime
) -> dict[int, Mandate]:
    """Let an agent act for every other of the firms that have people of their own, in assisted matters."""
    since, until = now - timedelta(days=WHOLE_YEAR), now + timedelta(days=60)
    return {
        firm.pk: commands.give_mandate(
            firm.pk, person_id=agents[number % len(agents)].pk, kind="agent", matters=["assisted-matter"],
            since=since, until=until, actor=None, now=since,
        )
        for number, firm in enumerate(firms[::2])
        if firm.pk in own
    }  # fmt: skip


def _others(people: _People) -> None:
    """Give the duties of every further promise to a pair of people, so that each can be tried."""
    held = {"drama-steward", "drama-leader", *people.given}
    for one in packs.current().newest_versions.values():
        for role in one.roles.values():
            if role.duty and role.duty not in held:
                held.add(role.duty)
                people.pair(role.duty, f"示例{role.title.zh_hans}"[:20])


class _People:
    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.given: set[str] = set()

    def several(self, username: str, name: str, count: int, *, after: int = 0) -> list[Person]:
        """Register so many people; their names are numbered on from `after`, their user names from 1."""
        return [
            commands.register_person(
                f"{username}-{number:02}",
                name=f"{name}{after + number:02}",
                actor=None,
                now=self.now,
                example=True,
            )
            for number in range(1, count + 1)
        ]

    def give(
        self, person: Person, duty: str, deputy: Person, scope: dict[str, list[str]] | None = None
    ) -> None:
        self.given.add(duty)
        commands.give_duty(
            person.pk, code=duty, deputy_id=deputy.pk, scope=scope or {}, actor=None, now=self.now
        )

    def pair(self, duty: str, name: str) -> Person:
        """Make A and B of a duty, and return A."""
        a, b = self.several(duty, name, 2)
        self.give(a, duty, b)
        return a


def _firms(cast: Cast, *, now: datetime) -> list[Firm]:
    """Return the firms of the demonstration with as many more as the articles count."""
    entries = []
    for number in range(FIRST_EXTRA, FIRST_EXTRA + FIRMS - len(cast.firms)):
        code = f"91360112DEM{number:06d}"
        name = f"示例企业{number}号"
        entries.append((code + credit_check_character(code), f"{name}有限公司", name))
    return [*cast.firms, *commands.register_firms(entries, actor=None, now=now, example=True)]


def _matters(town: Town, count: int) -> Iterator[PastCase]:
    """Yield the assisted matters: every firm once, then again as often as the count allows."""
    days = 190
    for number in range(count):
        firm = town.firms[number % len(town.firms)]
        kind, title = MATTERS[number % len(MATTERS)]
        opened = town.moment(days - number * (days - 3) // max(1, count - 1), hour=9 + number % 7)
        data = {"matter_title": f"示例：{title}", "kind": kind}
        agent = town.agents.get(firm.pk)
        channel = "" if agent else "hotline" if number % 3 == 0 else "window"
        mandate = town.mandates.get(firm.pk) if number >= len(town.firms) else None
        by = mandate.person_id if mandate else agent.pk if agent else town.clerk.pk
        first = PastAct("ask", opened, data, by=by)
        done = PastAct("finish_at_once", _later(opened, town, minutes=90), {"outcome": "示例：已办妥"})
        applicant = agent.pk if agent else town.clerk.pk
        if mandate:
            channel, kept = "agent", str(mandate.pk)
        else:
            kept = ""
        yield PastCase("assisted-matter", firm, applicant, (first, done), channel, kept)


def _demand(town: Town, one: DemandTold) -> PastCase:
    firm = town.firms[one.firm % len(town.firms)]
    agent = town.agents.get(firm.pk)
    channel = "" if agent and one.channel == "" else one.channel or "window"
    opened = town.moment(one.days_ago)
    acts, at = [], opened
    for number, (step, after, data) in enumerate(one.acts):
        at = opened if not number else max(town.moment(one.days_ago - after, hour=14), _later(at, town))
        if at > town.now:
            break
        by = _by(town, step, agent, channel)
        acts.append(PastAct(step, at, data, by))
    applicant = agent.pk if agent else town.clerk.pk
    return PastCase("enterprise-demand", firm, applicant, tuple(acts), channel)


def _by(town: Town, step: str, agent: Person | None, channel: str) -> int:
    """Return who takes a step of a demand: the firm's own, whoever took it in, or whoever holds the role."""
    if step in SOLVED:
        return agent.pk if agent else town.clerk.pk
    if step == "raise":
        return agent.pk if agent and not channel else town.clerk.pk
    return 0


def _later(at: datetime, town: Town, *, minutes: int = 20) -> datetime:
    return min(at + timedelta(minutes=minutes), town.now)


def counts_told() -> dict[str, Any]:
    """Return the articles' numbers this year is made of."""
    return {
        "firms": FIRMS,
        "matters": SERVED,
        "demands": DEMANDS_SOLVED,
        "instructors": INSTRUCTORS,
        "linked_firms": LINKED_FIRMS,
    }
