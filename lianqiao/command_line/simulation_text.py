"""What a simulation found, as a table to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lianqiao.engine.simulation import Estimate, Findings, Scenario, Staffing


def as_text(
    scenario: Scenario, found: Findings, staffing: Staffing | None, ignored: tuple[str, ...], language: str
) -> str:
    """Return the findings as lines to read, in `language`."""
    return "\n".join(_Teller(scenario, found, language).lines(staffing, ignored))


class _Teller:
    def __init__(self, scenario: Scenario, found: Findings, language: str) -> None:
        self.scenario, self.found, self.language = scenario, found, language
        self.mechanism = scenario.mechanism

    def say(self, chinese: str, english: str) -> str:
        return english if self.language == "en" else chinese

    def lines(self, staffing: Staffing | None, ignored: tuple[str, ...]) -> Iterator[str]:
        yield from self.head()
        yield from self.promises()
        yield from self.desks()
        yield from self.queues()
        if staffing:
            yield from self.staffing(staffing)
        yield from self.assumptions()
        if ignored:
            yield self.say("日志中未用到的活动：", "Activities of the log that are no steps: ") + ", ".join(
                ignored
            )

    def head(self) -> Iterator[str]:
        s, f = self.scenario, self.found
        title = self.mechanism.title.in_language(self.language)
        yield f"{title} {self.mechanism.key}"
        people = ", ".join(f"{duty} {count}" for duty, count in s.staff.items())
        yield self.say(
            f"{f.replications} 次重复 × {s.days} 个工作日（自 {s.start} 起，"
            f"先热身 {s.warm_up_days} 个工作日），人员：{people}，来件：{s.arrivals}，种子 {s.seed}",
            f"{f.replications} replications of {s.days} working days (from {s.start}, after "
            f"{s.warm_up_days} to warm up), people: {people}, arrivals: {s.arrivals}, seed {s.seed}",
        )
        yield self.say(
            f"平均每次 {_number(f.cases)} 件，办结用时平均 {_number(f.case_days)} 天，95% 在 "
            f"{_number(f.case_p95_days)} 天内",
            f"{_number(f.cases)} cases each; closed after {_number(f.case_days)} natural days on average, "
            f"95 % within {_number(f.case_p95_days)}",
        )

    def promises(self) -> Iterator[str]:
        yield ""
        yield self.say("承诺兑现率（95% 置信区间）", "Promises kept (95 % confidence interval)")
        for name, promise in self.found.promises.items():
            clock = self.mechanism.clocks[name]
            late = self.say(
                f"；超期平均 {_number(promise.late_wd)} 个工作日",
                f"; broken ones late by {_number(promise.late_wd)} working days",
            )
            yield (
                f"  {clock.title.in_language(self.language)} {clock.budget}: {_percent(promise.kept)}"
                + (late if promise.broken_count else "")
            )

    def desks(self) -> Iterator[str]:
        yield ""
        yield self.say("忙闲（占在岗时间）", "How busy (share of the time present)")
        for duty, desk in self.found.desks.items():
            all_of_them, busiest = _percent(desk.utilisation), _percent(desk.busiest)
            yield self.say(
                f"  {duty} × {desk.people}：平均 {all_of_them}，最忙的人 {busiest}",
                f"  {duty} × {desk.people}: {all_of_them}, the busiest {busiest}",
            )

    def queues(self) -> Iterator[str]:
        yield ""
        yield self.say("排队（办公小时）", "Where it queues (office hours)")
        for place, queue in self.found.queues.items():
            title = self.mechanism.states[place].title.in_language(self.language)
            yield self.say(
                f"  {title}：等待平均 {_number(queue.wait_h)}，95% 在 {_number(queue.wait_p95_h)} 内；"
                f"平均排队 {_number(queue.length)} 件，每工作日 {_number(queue.works_a_day)} 件",
                f"  {title}: wait {_number(queue.wait_h)} on average, 95 % within "
                f"{_number(queue.wait_p95_h)}; {_number(queue.length)} waiting, "
                f"{_number(queue.works_a_day)} a working day",
            )

    def staffing(self, staffing: Staffing) -> Iterator[str]:
        yield ""
        target = f"{100 * staffing.target:g} %"
        if staffing.people is None:
            yield self.say(
                f"增加 {staffing.duty} 也达不到 {target}", f"No number of {staffing.duty} reaches {target}"
            )
        else:
            yield self.say(
                f"兑现率达到 {target} 需要 {staffing.duty} {staffing.people} 人",
                f"{target} kept takes {staffing.people} × {staffing.duty}",
            )
        for people, tried in sorted(staffing.tried.items()):
            yield f"  {people:4}  {_percent(tried.worst)}"

    def assumptions(self) -> Iterator[str]:
        assumed = self.scenario.assumed
        if assumed:
            steps = self.say("、", ", ").join(
                self.mechanism.steps[step].title.in_language(self.language) for step in assumed
            )
            yield ""
            yield self.say(
                f"未给出时长的环节按假定计算（办理 {self.scenario.assumed_handling}，企业 "
                f"{self.scenario.assumed_reaction} 小时）：{steps}",
                f"Durations nobody gave were assumed ({self.scenario.assumed_handling} office hours "
                f"at a desk, {self.scenario.assumed_reaction} natural hours elsewhere): {steps}",
            )


def _number(estimate: Estimate) -> str:
    if estimate.mean is None:
        return "–"
    half = (
        "" if estimate.low is None or estimate.high is None else f" ±{(estimate.high - estimate.low) / 2:.2g}"
    )
    return f"{estimate.mean:.3g}{half}" if abs(estimate.mean) < 1000 else f"{estimate.mean:.0f}{half}"


def _percent(estimate: Estimate) -> str:
    if estimate.mean is None:
        return "–"
    told = f"{100 * estimate.mean:.2f} %"
    if estimate.low is None or estimate.high is None:
        return told
    return f"{told} ({100 * estimate.low:.2f}–{100 * estimate.high:.2f})"
