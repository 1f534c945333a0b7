"""Check the parts of a promise that stand still: roles, fields, derived values, states, clocks."""

from __future__ import annotations

from collections.abc import Mapping

from lianqiao.engine.check_file_checks import check_file_check
from lianqiao.engine.check_report import Report
from lianqiao.engine.dated_rules import Policy, check_policy
from lianqiao.engine.expression_parser import parse
from lianqiao.engine.expression_types import ValueType, check
from lianqiao.engine.mechanism import CaseField, Clock, Mechanism
from lianqiao.engine.nearest import meant
from lianqiao.engine.spans import Budget, parse_offset

# what an attachment can be told to be by its bytes
FILE_FORMATS = ("pdf", "jpg", "png", "docx", "xlsx", "txt", "mp4", "mov", "mkv")

# keys that only some kinds of field have
_KEYS_OF = {
    "options": ("choice", "choices"),
    "formats": ("file",),
    "max_length": ("text", "long_text"),
    "minimum": ("integer", "money"),
    "maximum": ("integer", "money"),
    "among": ("items",),
    "check": ("file",),
    "case_of": ("text",),
}
_NEEDED = {"choice": "options", "choices": "options", "file": "formats", "items": "among"}

# for putting rungs in order only: hours of the clock on the wall, an office day being 7.5 working hours
_ROUGH_HOURS = {"h": 1.0, "wh": 24 / 7.5, "nd": 24.0, "wd": 24.0, "nm": 720.0}


def types_of(mechanism: Mechanism, policies: Mapping[str, Policy]) -> dict[str, ValueType]:
    """Return what kind of value each field and derived value holds, for checking conditions."""
    types = {name: _type_of(field) for name, field in mechanism.fields.items()}
    for name, derived in mechanism.derived.items():
        policy = policies.get(derived.policy)
        types.setdefault(name, ValueType("text", tuple(policy.titles) if policy else ()))
    return types


def _type_of(field: CaseField) -> ValueType:
    match field.type:
        case "integer" | "money":
            return ValueType("integer", minimum=field.minimum, maximum=field.maximum)
        case "boolean":
            return ValueType("boolean")
        case "date":
            return ValueType("date")
        case "choices":
            return ValueType("list", tuple(field.options))
        case "file" | "items":
            return ValueType("file")
    return ValueType("text", tuple(field.options))


def check_parts(report: Report) -> None:
    """Report what is wrong with roles, fields, derived values, states and clocks."""
    _roles(report)
    for name, field in report.mechanism.fields.items():
        _field(report, name, field)
    _subject(report)
    for name in report.mechanism.derived:
        _derived(report, name)
    _states(report)
    _resolution(report)
    for name, clock in report.mechanism.clocks.items():
        _clock(report, name, clock)


def _roles(report: Report) -> None:
    roles = report.mechanism.roles
    applicants = [name for name, role in roles.items() if role.kind == "applicant"]
    if applicants != ["applicant"]:
        reason = (
            f"exactly one role is the applicant and is called so; here: {', '.join(applicants) or 'none'}"
        )
        report.add("applicant-missing", reason, ("roles",), 'add [roles.applicant] with kind = "applicant"')
    for name, role in roles.items():
        if role.on_rota and role.kind != "officer":
            at = ("roles", name, "on_rota")
            report.add("key-misplaced", "only officers stand by a rota", at, "take “on_rota” out")
        where = ("roles", name, "duty")
        if role.kind == "applicant" and role.duty:
            report.add("key-misplaced", "a firm holds no duty", where, "take “duty” out")
        elif role.kind != "applicant" and not role.duty:
            hint = meant("", sorted(report.duties or ()), what="known duties")
            report.add("key-needed", f"“{name}” needs a duty: people hold duties, not roles", where, hint)
        elif role.duty and report.duties is not None:
            report.known("duty", role.duty, sorted(report.duties), where)
    _known_facts(report)


def _known_facts(report: Report) -> None:
    for name, role in report.mechanism.roles.items():
        for field in role.facts.values():
            report.known("field", field, report.types, ("roles", name, "facts"))
    texts = [name for name, field in report.mechanism.fields.items() if field.type in ("text", "long_text")]
    for field in report.mechanism.alike_by:
        report.known("field", field, texts, ("alike_by",))
    for duty in report.mechanism.taken_in_by if report.duties is not None else ():
        report.known("duty", duty, sorted(report.duties or ()), ("taken_in_by",))


def _field(report: Report, name: str, field: CaseField) -> None:
    for key, kinds in _KEYS_OF.items():
        if key in field.model_fields_set and field.type not in kinds:
            hint = f"take “{key}” out, or use a type that has it: {', '.join(kinds)}"
            report.add(
                "key-misplaced", f"a field of type {field.type} has no “{key}”", ("fields", name, key), hint
            )
    needed = _NEEDED.get(field.type)
    if needed and not getattr(field, needed):
        reason = f"a field of type {field.type} needs “{needed}”"
        hint = {"formats": f"known formats: {', '.join(FILE_FORMATS)}"}.get(needed, f"add {needed}")
        report.add("key-needed", reason, ("fields", name, needed), hint)
    for format_ in field.formats:
        report.known("format", format_, FILE_FORMATS, ("fields", name, "formats"))
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        reason = f"nothing is at least {field.minimum} and at most {field.maximum}"
        report.add("bounds-crossed", reason, ("fields", name, "minimum"), "swap minimum and maximum")
    if field.case_of and field.case_of != report.mechanism.id:
        report.known("mechanism", field.case_of, report.mechanisms, ("fields", name, "case_of"))
    _among(report, name, field)
    check_file_check(report, name, field)
    if field.required_when:
        where = f"{report.file} › fields.{name} › required_when"
        report.problems += check(field.required_when, report.types, where)


def _among(report: Report, name: str, field: CaseField) -> None:
    fields = report.mechanism.fields
    for other in field.among:
        where = ("fields", name, "among")
        if report.known("field", other, fields, where) and fields[other].type == "items":
            hint = "name the fields a person fills in"
            report.add(
                "among-remarks", f"“{other}” holds remarks itself and cannot be sent back", where, hint
            )


def _subject(report: Report) -> None:
    mechanism = report.mechanism
    if not report.known("field", mechanism.subject, mechanism.fields, ("subject",)):
        return
    field = mechanism.fields[mechanism.subject]
    if field.type != "text":
        texts = [name for name, other in mechanism.fields.items() if other.type == "text"]
        reason = f"a case is called by a text, “{mechanism.subject}” is of type {field.type}"
        report.add(
            "subject-not-text", reason, ("subject",), meant(mechanism.subject, texts, what="text fields")
        )
    opening = mechanism.steps[mechanism.opening_step]
    if mechanism.subject not in opening.needs or field.optional or field.required_when:
        reason = f"a case is called by “{mechanism.subject}”, but it can be opened without it"
        hint = f"add it to steps.{mechanism.opening_step} › needs and take “optional” out"
        report.add("subject-not-asked", reason, ("subject",), hint)


def _derived(report: Report, name: str) -> None:
    mechanism = report.mechanism
    derived = mechanism.derived[name]
    if name in mechanism.fields:
        reason = f"“{name}” is a field already"
        report.add("name-taken", reason, ("derived", name), "call the derived value something else")
    if not report.known("policy", derived.policy, report.policies, ("derived", name, "policy")):
        return
    policy = report.policies[derived.policy]
    problems = check_policy(policy, report.types, f"policies/{policy.id}.toml")
    report.problems += problems
    if problems:
        return
    asked = mechanism.steps[mechanism.opening_step].needs
    for version in policy.versions:
        for needed in dict.fromkeys(n for outcome in version.outcomes for n in parse(outcome.when).names):
            if needed not in asked:
                reason = f"“{name}” is worked out from “{needed}”, which nobody is asked when the case opens"
                hint = f"add “{needed}” to steps.{mechanism.opening_step} › needs"
                report.add("derived-not-asked", reason, ("derived", name, needed), hint)


def _states(report: Report) -> None:
    for name, state in report.mechanism.states.items():
        where = ("states", name, "waits_for")
        if state.end:
            if state.waits_for:
                report.add("end-waits", "an end waits for nobody", where, "take “waits_for” or “end” out")
        elif state.waits_for is None:
            hint = meant("", report.mechanism.roles, what="known roles")
            report.add(
                "key-needed", f"“{name}” says neither whom it waits for nor that it is an end", where, hint
            )
        else:
            report.known("role", state.waits_for, report.mechanism.roles, where)


def _resolution(report: Report) -> None:
    resolution = report.mechanism.resolution
    ends = [name for name, state in report.mechanism.states.items() if state.end]
    for key in ("solved", "left_out") if resolution else ():
        for state in getattr(resolution, key):
            report.known("state", state, ends, ("resolution", key))
    amounts = [name for name, field in report.mechanism.fields.items() if field.type in ("money", "integer")]
    for field in resolution.totals if resolution else ():
        report.known("field", field, amounts, ("resolution", "totals"))
    _knowledge(report)


def _knowledge(report: Report) -> None:
    kept = report.mechanism.knowledge
    kinds = {"question": ("text",), "answer": ("text", "long_text"), "citations": ("text", "long_text")}
    for key, types in {**kinds, "review_on": ("date",)}.items() if kept else ():
        known = [name for name, field in report.mechanism.fields.items() if field.type in types]
        report.known("field", getattr(kept, key), known, ("knowledge", key))


def _clock(report: Report, name: str, clock: Clock) -> None:
    roles = report.mechanism.roles
    where = ("clocks", name, "owner")
    owner_known = report.known("role", clock.owner, roles, where)
    if owner_known and clock.measured and roles[clock.owner].kind == "applicant":
        officers = [role for role, part in roles.items() if part.kind != "applicant"]
        reason = "a promise is owed to the applicant, not by the applicant"
        report.add("owner-not-officer", reason, where, meant("", officers, what="officers and leaders"))
    if clock.part_of:
        wholes = [one for one, other in report.mechanism.clocks.items() if one != name and not other.part_of]
        report.known("clock", clock.part_of, wholes, ("clocks", name, "part_of"))
    promise, law = Budget.parse(clock.budget), Budget.parse(clock.law.budget) if clock.law else None
    if law and law.unit == promise.unit and law.amount < promise.amount:
        reason = f"the promise of {promise} is longer than the law's own {law}"
        report.add("law-shorter", reason, ("clocks", name, "budget"), f"promise {law} at most")
    _rungs(report, name, clock)


def _rungs(report: Report, name: str, clock: Clock) -> None:
    start = -_ROUGH_HOURS[Budget.parse(clock.budget).unit] * float(Budget.parse(clock.budget).amount)
    before = float("-inf")
    for index, rung in enumerate(clock.rungs):
        path = ("clocks", name, "rungs", index)
        for role in rung.tell:
            report.known("role", role, report.mechanism.roles, (*path, "tell"))
        if not rung.tell:
            hint = meant("", report.mechanism.roles, what="known roles")
            report.add("key-needed", "this rung tells nobody", (*path, "tell"), hint)
        sign, size = parse_offset(rung.at)
        hours = sign * _ROUGH_HOURS[size.unit] * float(size.amount)
        if hours <= before:
            reason = f"{rung.at} does not come after {clock.rungs[index - 1].at}"
            report.add("rungs-order", reason, (*path, "at"), "put the rungs in order of time, each time once")
        if hours < start:
            reason = f"{rung.at} lies before the clock starts: it has {clock.budget}"
            report.add("rung-before-start", reason, (*path, "at"), "put the rung nearer to the due time")
        before = hours
