"""Errors are interface: what is refused, where, why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, with its place and its remedy.

    `code` is a stable message id (English, kebab-case); `place` names where ("file.toml › steps.pass › to",
    "line 12, column start", "case GJ-2026-000007"); `reason` says what is wrong; `hint` what to do.
    `facts` holds the values the reason speaks of, so that a page can say the same in another language.
    """

    code: str
    reason: str
    place: str = ""
    hint: str = ""
    facts: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        remedy = f" ({self.hint})" if self.hint else ""
        return f"{where}{self.reason}{remedy}"


class Refusal(Exception):
    """Something asked for cannot be done; carries every problem found, never only the first.

    Nothing has been written when a Refusal leaves a command.
    """

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("a refusal names at least one problem")
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    @property
    def code(self) -> str:
        """The code of the first problem: enough to branch on where only one can occur."""
        return self.problems[0].code


def refuse(code: str, reason: str, *, place: str = "", hint: str = "", **facts: str) -> Refusal:
    """Build a Refusal with one problem: `raise refuse("not-on-duty", "…", hint="…", role="steward")`."""
    return Refusal(Problem(code, reason, place=place, hint=hint, facts=facts))
