"""Plays the stories in the order of time, through the same commands as people and workers use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from lianqiao.bridge import commands, jobs, packs
from lianqiao.bridge.queries import matters, state_of
from lianqiao.engine.beijing import BEIJING, beijing
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import commands as organization
from lianqiao.service.demo.afterwords import Filing, afterwords
from lianqiao.service.demo.cast import Cast
from lianqiao.service.demo.stories import MAKE_UP_DAY, stories
from lianqiao.service.demo.wording import Typist

PROMISE = "microdrama-filing"
# after the office closes, so that what fell due today is swept today
SWEEP = time(17, 40)
CLOSES = time(17, 30)
READ_UP_TO_DAYS = 2


@dataclass
class Stage:
    """Everything the play needs; `filings` fills as it goes."""

    cast: Cast
    mechanism: Mechanism
    calendar: Calendar
    typist: Typist
    random: Random
    filings: list[Filing] = field(default_factory=list)

    def day(self, index: int) -> date:
        """Return the working day with that index."""
        return self.calendar.working_day(index)


def play(cast: Cast, *, since: datetime, now: datetime) -> int:
    """Play every story from `since` to `now`, sweeping each working day; returns how many cases there are."""
    mechanism = packs.current().newest(PROMISE)
    random = Random(20260211)  # noqa: S311 - a demonstration wants the same numbers again
    calendar = packs.calendar(now)
    stage = Stage(cast, mechanism, calendar, Typist(mechanism, random), random)
    last = _last_day_over(calendar, now)
    first = calendar.working_index(beijing(since).date()) + 1
    make_up = calendar.working_index(date.fromisoformat(MAKE_UP_DAY[0]))
    for story in stories(first=first, last=last, make_up_day=make_up, random=random):
        firm = random.choice(cast.firms)
        stage.filings.append(Filing(story, firm, random.choice(cast.agents[firm.pk])))
    script = sorted(_script(stage, first, last, now), key=lambda entry: (entry[0], entry[1]))
    for at, _, what, filing in script:
        if at <= now:
            _perform(stage, what, filing, at=at)
    afterwords(stage.filings, cast, now=now)
    jobs.tick(now=now)
    return matters(cast.firms).count()


Entry = tuple[datetime, int, str, Filing | None]


def _script(stage: Stage, first: int, last: int, now: datetime) -> Iterator[Entry]:
    """Yield every act with its time: the filings' moves, a sweep each day, two leaves, notices being read."""
    for number, filing in enumerate(stage.filings):
        at = None
        for days, step in filing.story.moves:
            day = stage.day(filing.story.begins + days)
            at = _moment(stage.random, day, filing.story.at if step == "file" else "", after=at)
            yield at, number, step, filing
    for index in range(first, last + 1):
        yield datetime.combine(stage.day(index), SWEEP, BEIJING), -1, "sweep", None
    for index in (first + (last - first) // 2, last):
        day = stage.day(index)
        yield datetime.combine(day, time(9, 5), BEIJING), -2, "leave", None
        # the worklist moves within one tick of the leave's beginning
        yield datetime.combine(day, time(13, 31), BEIJING), -1, "sweep", None
        if index + 4 <= last:
            yield datetime.combine(stage.day(index + 4), time(0, 1), BEIJING), -1, "sweep", None
    yield beijing(now) - timedelta(days=READ_UP_TO_DAYS), -1, "read", None


def _perform(stage: Stage, what: str, filing: Filing | None, *, at: datetime) -> None:
    if filing is not None:
        _move(stage, filing, what, at=at)
    elif what == "sweep":
        jobs.tick(now=at)
    elif what == "leave":
        _leave(stage, at=at)
    else:
        for person in stage.cast.people.values():
            commands.read_notices(person, now=at)


def _move(stage: Stage, filing: Filing, step: str, *, at: datetime) -> None:
    if filing.case is None:
        data = stage.typist.typed(step, None, by=filing.agent, now=at)
        filing.case = commands.open_case(PROMISE, by=filing.agent, firm=filing.firm, data=data, now=at)
        return
    filing.case.refresh_from_db()
    state = state_of(filing.case)
    role = stage.mechanism.steps[step].by
    by = filing.agent if role == "applicant" else stage.cast.by_id(int(state.holders[role]))
    data = stage.typist.typed(step, state, by=by, now=at)
    commands.act(filing.case.number, step, by=by, data=data, now=at)


def _leave(stage: Stage, *, at: datetime) -> None:
    """Whoever has most to do now goes away from this noon for three working days; the deputy has the work."""
    waiting: dict[int, int] = {}
    for filing in stage.filings:
        if filing.case:
            filing.case.refresh_from_db()
            holder = filing.case.holder_id
            if holder:
                waiting[holder] = waiting.get(holder, 0) + 1
    if not waiting:
        return
    person_id = max(sorted(waiting), key=waiting.__getitem__)
    begin = beijing(at).replace(hour=13, minute=30, second=0)
    back = stage.calendar.nth_working_day_after(begin.date(), 4)
    end = datetime.combine(back, time(), BEIJING)
    organization.file_leave(
        person_id, begin=begin, end=end, kind="annual", actor=stage.cast.by_id(person_id), now=at
    )


def _last_day_over(calendar: Calendar, now: datetime) -> int:
    """Return the index of the last working day whose office hours have ended by `now`."""
    local = beijing(now)
    index = calendar.working_index(local.date())
    still_open = calendar.is_working_day(local.date()) and local.time() <= CLOSES
    return index - still_open


def _moment(random: Random, day: date, at: str, *, after: datetime | None) -> datetime:
    """Return a time of that office day, always after the step before."""
    if at:
        return datetime.combine(day, time.fromisoformat(at), BEIJING)
    hour, minute = random.choice((9, 9, 10, 10, 11, 14, 14, 15, 15, 16)), random.randrange(2, 58)
    made = datetime.combine(day, time(hour, minute), BEIJING)
    return max(made, after + timedelta(minutes=20)) if after else made
