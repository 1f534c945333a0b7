"""The peer of the simulation benchmark: the same year of 3+5, modelled in SimPy as its documentation teaches.

A case is a process, a steward a PriorityResource with room for one, waiting is a request ordered by due time.
The office's time and the durations come from the same look-up tables and the same generators as on the other
side, and due times from a table by day, so what is compared is the simulation itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy

from lianqiao.engine.beijing import DAY_S
from lianqiao.engine.simulation import Duration
from lianqiao.engine.simulation.running import Setting

BLOCK = 4096
Going = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Stage:
    """One review: its number, its steps by what they do, and the working days promised."""

    number: int
    passes: str
    lacks: str
    wrong: str
    adds: str
    mends: str
    days: int


FIRST = Stage(0, "pass_review", "return_incomplete", "return_incorrect", "supplement", "correct", 3)
FILM = Stage(
    1, "pass_film", "return_film_incomplete", "return_film_incorrect", "supplement_film", "correct_film", 5
)


@dataclass
class Promise:
    """One clock of one case: its mark, its due time, when it was halted, and whether it was ever broken."""

    target: int
    due: int
    halted: int = 0
    broken: bool = False


@dataclass
class Year:
    """What the peer saw: office hours each work waited, and how many promises of each stage were kept."""

    waits_s: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=lambda: [0, 0])
    broken: list[int] = field(default_factory=lambda: [0, 0])


class Zone:
    """Sixteen stewards and whoever comes; `run` lets a year pass."""

    def __init__(self, setting: Setting, arrivals: list[int], return_share: float, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.environment = simpy.Environment(initial_time=setting.begin)
        self.worked, self.instant = setting.office.worked, setting.office.instant
        self.through = setting.clock_table.through.tolist()
        self.days = setting.clock_table.days.tolist()
        self.closes_s = setting.clock_table.closes_s
        self.arrivals, self.end = arrivals, setting.end
        self.thresholds = (return_share / 2, return_share)
        self.stewards = [simpy.PriorityResource(self.environment, 1) for _ in range(setting.sizes[0])]
        self.loads = [0] * setting.sizes[0]
        self.chance = blocks(lambda: random.random(BLOCK).tolist())
        self.lasts = {
            step: durations(duration, stream)
            for step, duration, stream in zip(
                setting.net.steps, setting.durations, random.spawn(len(setting.net.steps)), strict=True
            )
        }
        self.year = Year()

    def run(self) -> Year:
        self.environment.process(self.door())
        self.environment.run(until=self.end)
        return self.year

    def door(self) -> Going:
        for at in self.arrivals:
            yield self.environment.timeout(at - self.environment.now)
            self.environment.process(self.life())

    def life(self) -> Going:
        steward = self.loads.index(min(self.loads))
        self.loads[steward] += 1
        yield from self.review(steward, FIRST)
        yield self.environment.timeout(self.lasts["send_film"]())
        yield from self.review(steward, FILM)
        self.loads[steward] -= 1

    def review(self, steward: int, stage: Stage) -> Going:
        promise = self.start(stage.days)
        lacked = False
        while True:
            choice = bisect_right(self.thresholds, self.chance())
            step = (stage.passes if lacked else stage.lacks, stage.wrong, stage.passes)[choice]
            yield from self.work(steward, promise.due, self.lasts[step]())
            if step == stage.wrong:
                self.pause(promise)
                yield self.environment.timeout(self.lasts[stage.mends]())
                self.resume(promise)
                continue
            promise.broken |= self.now > promise.due
            if step == stage.passes:
                break
            lacked, broken = True, promise.broken
            yield self.environment.timeout(self.lasts[stage.adds]())
            promise = self.start(stage.days)
            promise.broken = broken
        (self.year.broken if promise.broken else self.year.kept)[stage.number] += 1

    @property
    def now(self) -> int:
        return int(self.environment.now)

    def work(self, steward: int, due: int, lasts_s: int) -> Going:
        landed = self.worked(self.now)
        opening = self.instant(landed + 1) - 1
        if opening > self.now:
            yield self.environment.timeout(opening - self.now)
        with self.stewards[steward].request(priority=due) as turn:
            yield turn
            begun = self.worked(self.now)
            self.year.waits_s.append(begun - landed)
            yield self.environment.timeout(self.instant(begun + lasts_s) - self.now)

    def start(self, days: int) -> Promise:
        target = self.through[self.now // DAY_S] + days
        return Promise(target, self.days[target] * DAY_S + self.closes_s)

    def pause(self, promise: Promise) -> None:
        promise.halted = self.now if self.now <= promise.due else 0

    def resume(self, promise: Promise) -> None:
        if promise.halted:
            now = self.now
            promise.target += self.through[now // DAY_S] - self.through[promise.halted // DAY_S]
            # due on the day of resumption at the earliest, or the next one after closing time
            late = (now + DAY_S - 1 - self.closes_s) // DAY_S
            day = max(self.days[promise.target], self.days[self.through[late - 1] + 1])
            promise.due = day * DAY_S + self.closes_s


def durations(duration: Duration, random: np.random.Generator) -> Callable[[], int]:
    """Return a function that draws one duration in whole seconds."""
    return blocks(lambda: duration.draw(random, BLOCK).tolist())


def blocks(block: Callable[[], list[Any]]) -> Callable[[], Any]:
    """Return a function that hands out numbers drawn a block at a time."""

    def numbers() -> Going:
        while True:
            yield from block()

    return numbers().__next__
