"""Where the checks of a promise put what they find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lianqiao.engine.dated_rules import Policy
from lianqiao.engine.errors import Problem
from lianqiao.engine.expression_types import ValueType
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.nearest import meant
from lianqiao.engine.places import place

Path = tuple[str | int, ...]


@dataclass
class Report:
    """A promise being checked and the problems found so far; each code is reported once at one place.

    `mechanisms` maps ids to the newest version of every promise, `duties` are the duties the district knows,
    None where they are not known.
    """

    mechanism: Mechanism
    policies: Mapping[str, Policy]
    mechanisms: Mapping[str, Mechanism]
    duties: frozenset[str] | None
    file: str
    types: Mapping[str, ValueType]
    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, reason: str, path: Path, hint: str) -> None:
        where = place(self.file, *path)
        if not any(found.code == code and found.place == where for found in self.problems):
            self.problems.append(Problem(code, reason, place=where, hint=hint))

    def known(self, kind: str, name: str, known: Iterable[str], path: Path) -> bool:
        """Report `unknown-<kind>` unless `name` is known; return whether it is."""
        names = list(known)
        if name in names:
            return True
        hint = meant(name, names, what=f"known {_PLURALS.get(kind, kind + 's')}")
        self.add(f"unknown-{kind}", f"there is no {kind} “{name}”", path, hint)
        return False

    def found(self, *codes: str) -> bool:
        return any(problem.code in codes for problem in self.problems)


_PLURALS = {"policy": "policies", "duty": "duties", "mechanism": "promises", "state": "states"}
