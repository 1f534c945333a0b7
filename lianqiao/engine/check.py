"""Check a promise before it may serve: every problem of every kind, each with its place and remedy.

What can be told without walking is checked first; a promise whose names are all known is then walked through
every situation a case can come into (see `check_walk`).
"""

from __future__ import annotations

from collections.abc import Mapping

from lianqiao.engine.assistance import check_assistance
from lianqiao.engine.check_bundles import check_bundles
from lianqiao.engine.check_file_checks import check_word_lists
from lianqiao.engine.check_parts import check_parts, types_of
from lianqiao.engine.check_report import Report
from lianqiao.engine.check_steps import check_steps
from lianqiao.engine.check_walk import check_walk
from lianqiao.engine.dated_rules import Policy, check_syntax
from lianqiao.engine.errors import Problem
from lianqiao.engine.journeys import check_journeys
from lianqiao.engine.licences.reading import check_kinds
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.pack import Pack
from lianqiao.engine.policy.checking import check_policies
from lianqiao.engine.policy.checking_records import check_records
from lianqiao.engine.task_list import check_task_list

# with one of these the walk would go astray, and say so in ever new words
_ASTRAY = (
    "branch-not-apart",
    "unknown-state",
    "unknown-clock",
    "unknown-step",
    "unknown-role",
    "unknown-field",
    "unknown-sub-case",
    "clock-touched-twice",
    "end-left",
    "expiry-not-by-clock",
    "expression-syntax",
    "key-needed",
    "needs-derived",
    "no-clock-takes-it",
    "sub-case-not-awaited",
)


def check_mechanism(
    mechanism: Mechanism,
    policies: Mapping[str, Policy],
    mechanisms: Mapping[str, Mechanism],
    file: str,
    *,
    duties: frozenset[str] | None = None,
) -> list[Problem]:
    """Return every problem of a promise; empty where it may serve.

    `mechanisms` maps ids to the promises sub-cases can be opened under; `duties` are those the district
    names, None leaves them unchecked. The walk is left out while a name is unknown.
    """
    report = Report(
        mechanism=mechanism,
        policies=policies,
        mechanisms=mechanisms,
        duties=duties,
        file=file,
        types=types_of(mechanism, policies),
    )
    check_parts(report)
    check_steps(report)
    if not report.found(*_ASTRAY):
        check_walk(report)
    return report.problems


def check_pack(pack: Pack) -> list[Problem]:
    """Return every problem of every promise and policy of a pack, each problem once.

    A policy no promise uses is read for its syntax only: what its names mean is not known here.
    """
    duties = frozenset(pack.district.duties)
    newest = pack.newest_versions
    problems: list[Problem] = []
    for key, mechanism in pack.mechanisms.items():
        problems += check_mechanism(mechanism, pack.policies, newest, pack.files[key], duties=duties)
    problems += check_word_lists(pack)
    problems += check_assistance(pack.assistance, newest, duties)
    for tasks in pack.task_lists.values():
        problems += check_task_list(tasks, f"tasks/{tasks.id}.toml", newest, duties)
    used = {part.policy for mechanism in pack.mechanisms.values() for part in mechanism.derived.values()}
    for name, policy in pack.policies.items():
        if name not in used:
            problems += check_syntax(policy, f"policies/{name}.toml")
    problems += check_policies(pack.benefits)
    problems += check_records(pack.benefits.attributes, pack.talent_standard)
    problems += check_kinds(pack.licences, beside=pack.benefits.vocabulary)
    problems += check_journeys(pack)
    problems += check_bundles(pack)
    return list({(problem.code, problem.place, problem.reason): problem for problem in problems}.values())
