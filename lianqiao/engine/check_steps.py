"""Check the steps of a promise one by one: names, what they ask, what they do to clocks and sub-cases."""

from __future__ import annotations

from collections import Counter

from lianqiao.engine.branches import ways_taken
from lianqiao.engine.check_report import Report
from lianqiao.engine.expression_types import check
from lianqiao.engine.mechanism import CaseField, Mechanism, Opens, Step
from lianqiao.engine.nearest import meant
from lianqiao.engine.spans import Budget

CLOCK, SUB_CASE = "clock", "sub-case"
# what a rating brings to the case that follows it up
RATED = ("rated_number", "rated_title", "rated_grade")
CLOCK_KEYS = ("starts", "stops", "pauses", "resumes", "restarts")


def check_steps(report: Report) -> None:
    """Report what is wrong with each step for itself, and parts of the promise no step uses."""
    for name, step in report.mechanism.steps.items():
        _names(report, name, step)
        _places(report, name, step)
        _asks(report, name, step)
        _clocks(report, name, step)
        _issues(report, name, step)
        _branches(report, name, step)
        for index, opens in enumerate(step.opens):
            _opens(report, name, index, opens)
    _opening(report)
    _rating(report)
    _expiry(report)
    _sub_cases(report)
    _unused(report)


def _names(report: Report, name: str, step: Step) -> None:
    mechanism = report.mechanism
    report.known("role", step.by, (*mechanism.roles, CLOCK, SUB_CASE), ("steps", name, "by"))
    for key in ("assigns", "tell"):
        for role in getattr(step, key):
            report.known("role", role, mechanism.roles, ("steps", name, key))
    if step.other_than:
        report.known("role", step.other_than, mechanism.roles, ("steps", name, "other_than"))
    for key, states in (("from", step.from_), ("from_all", step.from_all), ("to", step.to)):
        for state in states:
            report.known("state", state, mechanism.states, ("steps", name, key))
    for field in step.needs:
        if field in mechanism.derived and field not in mechanism.fields:
            reason = f"“{field}” is worked out, nobody is asked for it"
            report.add("needs-derived", reason, ("steps", name, "needs"), "take it out of needs")
        else:
            report.known("field", field, mechanism.fields, ("steps", name, "needs"))


def _places(report: Report, name: str, step: Step) -> None:
    states = report.mechanism.states
    if not step.to:
        hint = meant("", states, what="known states")
        report.add("key-needed", "the step leads nowhere", ("steps", name, "to"), hint)
    if len(set(step.to)) < len(step.to):
        reason = "the step leads twice into the same state"
        report.add("state-entered-twice", reason, ("steps", name, "to"), "name each state once")
    both = set(step.from_) & set(step.from_all)
    if both:
        reason = f"“{min(both)}” stands in from and in from_all"
        report.add("from-twice", reason, ("steps", name, "from"), "name it once")
    for key, left in (("from", step.from_), ("from_all", step.from_all)):
        for state in left:
            if state in states and states[state].end:
                reason = f"“{state}” is an end: nothing is done after it"
                report.add("end-left", reason, ("steps", name, key), "take it out, or make it no end")


def _asks(report: Report, name: str, step: Step) -> None:
    mechanism = report.mechanism
    where = ("steps", name, "asks_again")
    again = step.asks_again
    if (
        again
        and report.known("field", again, mechanism.fields, where)
        and mechanism.fields[again].type != "items"
    ):
        remarks = [field for field, part in mechanism.fields.items() if part.type == "items"]
        reason = f"“{again}” holds no remarks: its type is {mechanism.fields[again].type}, not items"
        report.add("asks-again-not-items", reason, where, meant(again, remarks, what="fields of type items"))
    if step.by in (CLOCK, SUB_CASE):
        required = [field for field in step.needs if _required(mechanism.fields.get(field))]
        if required or again:
            reason = f"the {step.by} takes this step, and nobody is there to fill in anything"
            report.add(
                "needs-nobody", reason, ("steps", name, "needs"), "ask for it in a step a person takes"
            )
    if step.when:
        report.problems += check(step.when, report.types, f"{report.file} › steps.{name} › when")


def _branches(report: Report, name: str, step: Step) -> None:
    mechanism = report.mechanism
    for state, branch in step.branches.items():
        path = ("steps", name, "branches", state)
        report.known("state", state, step.to, path)
        report.known("state", branch.otherwise, mechanism.states, (*path, "otherwise"))
        if branch.otherwise in step.to:
            reason = f"the step leads to “{branch.otherwise}” also where the branch is open"
            report.add("branch-not-apart", reason, (*path, "otherwise"), "name a state of its own")
        where = f"{report.file} › steps.{name} › branches.{state}"
        report.problems += check(branch.when, report.types, where)
        for role in branch.assigns:
            report.known("role", role, mechanism.roles, (*path, "assigns"))
        for clock in branch.starts:
            report.known("clock", clock, mechanism.clocks, (*path, "starts"))
    for role in step.anew:
        chosen = (*step.assigns, *(one for branch in step.branches.values() for one in branch.assigns))
        report.known("role", role, chosen, ("steps", name, "anew"))


def _required(field: CaseField | None) -> bool:
    return field is not None and not field.optional


def _clocks(report: Report, name: str, step: Step) -> None:
    clocks = report.mechanism.clocks
    touched = Counter(clock for key in CLOCK_KEYS for clock in getattr(step, key))
    for key in CLOCK_KEYS:
        for clock in getattr(step, key):
            known = report.known("clock", clock, clocks, ("steps", name, key))
            if known and touched[clock] > 1:
                reason = f"the step does two things at once to the clock “{clock}”"
                report.add("clock-touched-twice", reason, ("steps", name, key), "let it do one of them")
                touched[clock] = 1
    if step.extends and report.known(
        "clock", step.extends.clock, clocks, ("steps", name, "extends", "clock")
    ):
        _extends(report, name, step)


def _issues(report: Report, name: str, step: Step) -> None:
    role = report.mechanism.roles.get(step.by)
    if step.issues and role is not None and role.kind == "applicant":
        reason = "a decision is the zone's, and this step is the applicant's"
        hint = "take “issues” out, or give the step to an officer or a leader"
        report.add("issues-by-applicant", reason, ("steps", name, "issues"), hint)


def _rating(report: Report) -> None:
    wanted, path = report.mechanism.rating_follow_up, ("rating_follow_up",)
    if wanted is None or not report.known("mechanism", wanted, report.mechanisms, path):
        return
    follow_up = report.mechanisms[wanted]
    asked = follow_up.steps[follow_up.opening_step].needs if _has_opening(follow_up) else ()
    for field in asked:
        part = follow_up.fields.get(field)
        if part and _required(part) and not part.required_when and field not in RATED:
            reason = f"“{wanted}” asks for “{field}”, which no rating brings"
            hint = f"a rating brings {', '.join(RATED)}; make the field optional"
            report.add("follow-up-lacks", reason, path, hint)


def _extends(report: Report, name: str, step: Step) -> None:
    assert step.extends is not None
    budget = Budget.parse(report.mechanism.clocks[step.extends.clock].budget)
    by = Budget.parse(step.extends.by)
    if by.unit != budget.unit:
        reason = f"the clock counts in {budget.unit}, it cannot be extended by {by}"
        report.add("extend-unit", reason, ("steps", name, "extends", "by"), f"write it in {budget.unit}")
    if step.at_most != 1:
        reason = "a time is extended once, as the law has it"
        report.add("extend-not-once", reason, ("steps", name, "at_most"), "write at_most = 1")


def _opens(report: Report, name: str, index: int, opens: Opens) -> None:
    path = ("steps", name, "opens", index)
    if not report.known("mechanism", opens.mechanism, report.mechanisms, (*path, "mechanism")):
        return
    below = report.mechanisms[opens.mechanism]
    asked = below.steps[below.opening_step].needs if _has_opening(below) else ()
    for inner, outer in opens.data.items():
        inner_known = report.known("field", inner, asked, (*path, "data"))
        outer_known = report.known("field", outer, report.mechanism.fields, (*path, "data"))
        if inner_known and outer_known and below.fields[inner].type != report.mechanism.fields[outer].type:
            kinds = f"{below.fields[inner].type} and {report.mechanism.fields[outer].type}"
            reason = f"“{inner}” and “{outer}” are not of one type: {kinds}"
            report.add("sub-case-types", reason, (*path, "data"), "give fields of the same type")
    for field in asked:
        part = below.fields.get(field)
        if part and _required(part) and not part.required_when and field not in opens.data:
            reason = f"“{opens.mechanism}” cannot be opened without its field “{field}”"
            report.add("sub-case-lacks", reason, (*path, "data"), f"add {field} = a field of this case")


def _has_opening(mechanism: Mechanism) -> bool:
    return any(step.opening for step in mechanism.steps.values())


def _opening(report: Report) -> None:
    mechanism = report.mechanism
    name = mechanism.opening_step
    step = mechanism.steps[name]
    if step.by in mechanism.roles and mechanism.roles[step.by].kind != "applicant":
        reason = "whoever opens the case is its applicant"
        report.add("opening-not-by-applicant", reason, ("steps", name, "by"), 'write by = "applicant"')
    for key in ("when", "at_most", "asks_again", "after"):
        if getattr(step, key):
            reason = f"a step that opens a case has no “{key}”: there is no case yet"
            report.add("key-misplaced", reason, ("steps", name, key), f"take “{key}” out")


def _expiry(report: Report) -> None:
    steps, clocks = report.mechanism.steps, report.mechanism.clocks
    for name, clock in clocks.items():
        where = ("clocks", name, "on_expiry")
        if not clock.on_expiry or not report.known("step", clock.on_expiry, steps, where):
            continue
        if steps[clock.on_expiry].by != CLOCK:
            by_clock = [step for step, part in steps.items() if part.by == CLOCK]
            reason = (
                f"the clock would take “{clock.on_expiry}”, which belongs to “{steps[clock.on_expiry].by}”"
            )
            report.add("expiry-not-by-clock", reason, where, meant("", by_clock, what="steps by the clock"))
    for name, step in steps.items():
        if step.by == CLOCK and not any(clock.on_expiry == name for clock in clocks.values()):
            hint = meant("", clocks, what="add on_expiry to one of the clocks")
            report.add("no-clock-takes-it", "no clock takes this step on expiry", ("steps", name, "by"), hint)


def _sub_cases(report: Report) -> None:
    steps = report.mechanism.steps
    opened = [opens.name for step in steps.values() for opens in step.opens]
    # a name nobody opened is a slip of the pen, reported as such and not once more from the other side
    awaited = {step.after for step in steps.values() if step.after}
    for name, step in steps.items():
        if step.after:
            report.known("sub-case", step.after, opened, ("steps", name, "after"))
            if step.by != SUB_CASE:
                hint = 'write by = "sub-case", or take “after” out'
                reason = "only a step by the sub-case comes after one"
                report.add("key-misplaced", reason, ("steps", name, "after"), hint)
        elif step.by == SUB_CASE:
            hint = meant("", opened, what="known sub-cases")
            report.add(
                "key-needed", "it does not say which sub-case has ended", ("steps", name, "after"), hint
            )
        for index, opens in enumerate(step.opens):
            if opens.name not in awaited and awaited <= set(opened):
                reason = f"nothing follows when the sub-case “{opens.name}” ends"
                hint = f'add a step with by = "sub-case" and after = "{opens.name}"'
                report.add("sub-case-not-awaited", reason, ("steps", name, "opens", index, "name"), hint)


def _unused(report: Report) -> None:
    mechanism = report.mechanism
    steps = mechanism.steps.values()
    asked = {field for step in steps for field in step.needs}
    for name in mechanism.fields:
        if name not in asked:
            hint = "add it to the needs of a step, or take the field out"
            report.add("field-never-asked", f"no step asks for “{name}”", ("fields", name), hint)
    started = {clock for step in steps for way in ways_taken(step) for clock in way.starts}
    for name in mechanism.clocks:
        if name not in started:
            hint = "add it to the starts of a step, or take the clock out"
            report.add("clock-never-started", f"no step starts “{name}”", ("clocks", name), hint)
    part = {step.by for step in steps} | {role for step in steps for role in step.tell}
    for clock in mechanism.clocks.values():
        part |= {clock.owner, *(role for rung in clock.rungs for role in rung.tell)}
    for name in mechanism.roles:
        if name not in part:
            reason = f"“{name}” takes no step, owns no clock and is told nothing"
            report.add("role-without-part", reason, ("roles", name), "give it a part, or take the role out")
