"""Say in words what a promise file promises, in Chinese or English, for those who must answer for it."""

from __future__ import annotations

from collections.abc import Iterable

from lianqiao.engine.branches import ways_taken
from lianqiao.engine.mechanism import Clock, Mechanism, Rung, Step, Text
from lianqiao.engine.spans import Budget, parse_offset

_UNITS = {
    "wd": ("个工作日", "working day"),
    "wh": ("个工作小时", "working hour"),
    "h": ("小时", "hour"),
    "nd": ("个自然日", "natural day"),
    "nm": ("个月", "month"),
}
LEVEL_WORDS = {
    "remind": ("提醒", "remind"),
    "urge": ("催办，通知", "urge"),
    "leader": ("上报，通知", "escalate to"),
    "public": ("列入公开通报，通知", "put on the public list and tell"),
}
END_WORDS = {
    "granted": ("办成", "granted"),
    "refused": ("不予办理", "refused"),
    "withdrawn": ("撤回", "withdrawn"),
    "done": ("办结", "done"),
}


def describe(mechanism: Mechanism, language: str = "zh-hans") -> list[str]:
    """Return what the file promises, a sentence or two a line; English where `language` begins with `en`.

    The first line is the title; then who files and with what, each clock (by whom, within how long, the
    law's limit, what stops, pauses, restarts or extends it, who is told when), notices, and the ends.
    """
    return list(_Teller(mechanism, language).lines())


def budget_in_words(budget: Budget, language: str = "zh-hans") -> str:
    """Return a span of time in words: “3 个工作日”, “3 working days”."""
    number = f"{float(budget.amount):g}"
    chinese, english = _UNITS[budget.unit]
    if language.startswith("en"):
        return f"{number} {english}{'' if number == '1' else 's'}"
    return f"{number} {chinese}"


class _Teller:
    def __init__(self, mechanism: Mechanism, language: str) -> None:
        self.mechanism = mechanism
        self.language = language
        self.english = language.startswith("en")

    def lines(self) -> Iterable[str]:
        m = self.mechanism
        mark = self.say("（示例）", " (example)") if m.example else ""
        yield f"{self.text(m.title)} {m.key}{mark}"
        yield self.text(m.summary)
        yield self.filing()
        if m.taken_in_by:
            yield self.say(
                "企业也可以到窗口、打热线或在走访时提出，由工作人员当场代为登记。",
                "A firm may also come to the window, call, or be visited: an officer files it then.",
            )
        yield from self.derived()
        for name, clock in m.clocks.items():
            yield self.promise(clock)
            yield from self.course(name, clock)
            if clock.rungs:
                yield self.rungs(clock)
        yield from self.branches()
        yield from self.sub_cases()
        yield from self.told()
        yield self.ends()
        yield from self.afterwards()
        yield from self.basis()

    def say(self, chinese: str, english: str) -> str:
        return english if self.english else chinese

    def text(self, text: Text) -> str:
        return text.in_language(self.language)

    def role(self, name: str) -> str:
        part = self.mechanism.roles.get(name)
        if part:
            return self.text(part.title)
        return self.say("系统", "the system") if name == "clock" else self.say("子事项", "the sub-case")

    def roles(self, names: Iterable[str]) -> str:
        return self.listed(self.role(name) for name in names)

    def step(self, name: str) -> str:
        return f"“{self.text(self.mechanism.steps[name].title)}”"

    def listed(self, parts: Iterable[str]) -> str:
        return self.say("、", ", ").join(parts)

    def budget(self, text: str) -> str:
        return budget_in_words(Budget.parse(text), self.language)

    def filing(self) -> str:
        m = self.mechanism
        step = m.steps[m.opening_step]
        who = self.role(step.by)
        needed = [
            name for name in step.needs if not (m.fields[name].optional or m.fields[name].required_when)
        ]
        at_times = [
            name for name in step.needs if m.fields[name].required_when and not m.fields[name].optional
        ]
        optional = [name for name in step.needs if m.fields[name].optional]
        opens, items = self.step(m.opening_step), self.fields(needed)
        told = self.say(
            f"发起：{who}{opens}，须填报 {len(needed)} 项：{items}",
            f"Opening: {who} takes {opens} and gives {len(needed)} items: {items}",
        )
        if at_times:
            told += self.say(
                f"；视情形提供：{self.fields(at_times)}", f"; where it applies: {self.fields(at_times)}"
            )
        if optional:
            told += self.say(f"；选填：{self.fields(optional)}", f"; if wished: {self.fields(optional)}")
        return told + self.say("。", ".")

    def fields(self, names: Iterable[str]) -> str:
        return self.listed(self.text(self.mechanism.fields[name].title) for name in names)

    def derived(self) -> Iterable[str]:
        for derived in self.mechanism.derived.values():
            title = self.text(derived.title)
            yield self.say(
                f"{title}由系统按发起当日有效的规则（{derived.policy}）得出，不由人填写。",
                f"{title}: worked out by the rules in force on the day of opening ({derived.policy}).",
            )

    def promise(self, clock: Clock) -> str:
        owner, budget = self.role(clock.owner), self.budget(clock.budget)
        if not clock.measured:
            return self.say(
                f"等候时间“{self.text(clock.title)}”：{budget}，不计入承诺。",
                f"Time to wait “{self.text(clock.title)}”: {budget}, promised by nobody.",
            )
        told = self.say(
            f"承诺“{self.text(clock.title)}”：{owner} {budget}内办结",
            f"Promise “{self.text(clock.title)}”: {owner}, within {budget}",
        )
        if clock.law:
            law = self.budget(clock.law.budget)
            told += self.say(
                f"（法定时限 {law}，{clock.law.basis}）", f" (the law's limit: {law}, {clock.law.basis})"
            )
        if clock.receipt == "office-hours":
            told += self.say(
                "；非办公时间收到的，自下一个办公时间起算",
                "; received after hours, it starts when the office opens",
            )
        return told + self.say("。", ".")

    def course(self, name: str, clock: Clock) -> Iterable[str]:
        """Say in one line what starts, pauses, restarts, extends and meets a clock."""
        parts = [
            self.moved(name, "starts", "{}后起算", "starts with {}"),
            self.moved(name, "pauses", "{}后暂停计时", "pauses with {}"),
            self.moved(name, "resumes", "{}后接着计时", "goes on with {}"),
            *self.stopping(name),
            *self.extending(name),
        ]
        if clock.on_expiry:
            step = self.step(clock.on_expiry)
            parts.append(
                self.say(f"到期未办结的，系统自动{step}", f"when time runs out the system takes {step}")
            )
        told = self.say("；", "; ").join(part for part in parts if part)
        yield self.say("　计时：", "  Clock: ") + told + self.say("。", ".")

    def stopping(self, name: str) -> Iterable[str]:
        """Say which steps send the case back, to where the clock starts anew, and which meet the promise."""
        restarting = {
            s for step in self.mechanism.steps.values() if name in step.restarts for s in step.from_
        }
        stops = [(key, step) for key, step in self.mechanism.steps.items() if name in step.stops]
        back = [self.step(key) for key, step in stops if restarting & set(step.to)]
        met = [self.step(key) for key, step in stops if not restarting & set(step.to)]
        if back:
            yield self.say(f"{self.any_of(back)}后停止计时", f"stops with {self.any_of(back)}")
        yield self.moved(name, "restarts", "{}后重新计时", "starts anew with {}")
        if met:
            yield self.say(f"到{self.any_of(met)}为止", f"is met by {self.any_of(met)}")

    def extending(self, name: str) -> Iterable[str]:
        for key, step in self.mechanism.steps.items():
            if step.extends and step.extends.clock == name:
                by, who = self.budget(step.extends.by), self.role(step.by)
                yield self.say(
                    f"{who}{self.step(key)}可延长 {by}，限一次",
                    f"extended once by {by} with {self.step(key)} ({who})",
                )

    def moved(self, clock: str, key: str, chinese: str, english: str) -> str:
        """Say which steps do `key` to the clock; "" where none does."""
        steps = self.mechanism.steps.items()
        found = [self.step(n) for n, step in steps if clock in getattr(next(ways_taken(step)), key)]
        return self.say(chinese, english).format(self.any_of(found)) if found else ""

    def any_of(self, parts: list[str]) -> str:
        return self.say("或", " or ").join(parts)

    def rungs(self, clock: Clock) -> str:
        told = self.say("；", "; ").join(self.rung(rung) for rung in clock.rungs)
        return self.say("　督促：", "  Escalation: ") + told + self.say("。", ".")

    def rung(self, rung: Rung) -> str:
        sign, size = parse_offset(rung.at)
        span = budget_in_words(size, self.language)
        if not size.amount:
            when = self.say("到期时", "when due")
        elif sign < 0:
            when = self.say(f"到期前 {span}", f"{span} before")
        else:
            when = self.say(f"逾期 {span}", f"{span} overdue")
        return self.say(
            f"{when}{LEVEL_WORDS[rung.level][0]}{self.roles(rung.tell)}",
            f"{when}: {LEVEL_WORDS[rung.level][1]} {self.roles(rung.tell)}",
        )

    def branches(self) -> Iterable[str]:
        states = self.mechanism.states
        for name, step in self.mechanism.steps.items():
            for state, branch in step.branches.items():
                title, other = self.text(states[state].title), self.text(states[branch.otherwise].title)
                yield self.say(
                    f"{self.step(name)}后，满足“{branch.when}”时同时进入“{title}”，否则视为“{other}”。",
                    f"With {self.step(name)} the branch “{title}” opens only when {branch.when}; "
                    f"else “{other}”.",
                )

    def sub_cases(self) -> Iterable[str]:
        for name, step in self.mechanism.steps.items():
            for opens in step.opens:
                then = [s for s, part in self.mechanism.steps.items() if part.after == opens.name]
                follows = self.listed(self.step(s) for s in then)
                yield self.say(
                    f"{self.step(name)}同时发起“{opens.mechanism}”，其办结后{follows}。",
                    f"{self.step(name)} also opens “{opens.mechanism}”; when that ends: {follows}.",
                )

    def told(self) -> Iterable[str]:
        for role in self.mechanism.roles:
            steps = [self.step(name) for name, step in self.mechanism.steps.items() if role in step.tell]
            if steps:
                yield self.say(
                    f"通知{self.role(role)}：{self.listed(steps)}。",
                    f"{self.role(role)} is told of: {self.listed(steps)}.",
                )

    def ends(self) -> str:
        parts = []
        for name, state in self.mechanism.states.items():
            if state.end:
                steps = self.mechanism.steps.items()
                ways = self.any_of([self.way(key, step) for key, step in steps if name in step.to])
                title, kind = self.text(state.title), self.say(*END_WORDS[state.end])
                parts.append(self.say(f"{title}（{kind}）：{ways}", f"{title} ({kind}): {ways}"))
        return self.say("结果：", "Ends: ") + self.say("；", "; ").join(parts) + self.say("。", ".")

    def afterwards(self) -> Iterable[str]:
        issuing = [self.step(name) for name, step in self.mechanism.steps.items() if step.issues]
        if issuing:
            yield self.say(
                f"结果文书：{self.listed(issuing)}后向企业出具决定文书，凭验证码可公开查验。",
                f"Documents: {self.listed(issuing)} issues a decision; anyone can check its code.",
            )
        if follow_up := self.mechanism.rating_follow_up:
            yield self.say(
                f"好差评：结束后由企业评价一次；差评转入“{follow_up}”。",
                f"Rating: the firm rates it once when it has ended; a bad rating opens “{follow_up}”.",
            )

    def way(self, name: str, step: Step) -> str:
        return self.say(
            f"{self.role(step.by)}{self.step(name)}", f"{self.step(name)} by {self.role(step.by)}"
        )

    def basis(self) -> Iterable[str]:
        for basis in self.mechanism.basis:
            source = self.say(f"（{basis.source}）", f" ({basis.source})") if basis.source else ""
            kind = self.say("依据：", "Basis: ") if basis.source else self.say("说明：", "Note: ")
            yield kind + self.text(basis.title) + source + self.say("。", ".")
