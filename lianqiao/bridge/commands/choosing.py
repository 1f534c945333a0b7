"""Whose case it becomes: the one with the fewest open cases of those whose duty covers it.

Where the promise asks for it, only those who stand by the rota are asked. Of several with as few it goes
to who is present, then to who has been given the fewest ever: with little
work about, loads are equal most of the time, and one person must not get all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from lianqiao.bridge.commands.book import Book
from lianqiao.engine import case as engine
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm


class Choosing:
    """Chooses people for the roles of one promise; the book reads who is on duty once, when first asked.

    `firm` is asked for whose case it is. What this transaction has given out and taken back counts already,
    though `book` writes it at its end.
    """

    def __init__(self, mechanism: Mechanism, *, book: Book, firm: Callable[[], Firm | None]) -> None:
        self.mechanism = mechanism
        self.firm = firm
        self.book = book
        # who stands by the rota, by duty: asked once
        self.standing: dict[str, frozenset[int]] = {}

    def lightest(self, duty: str, facts: Mapping[str, Any]) -> engine.Chosen:
        """Return whose case it becomes, and who does the work while that person is away.

        Refuses `nobody-on-duty` where nobody holds the duty at all.
        """
        on_duty = self.book.on_duty(self.duties)
        candidates, loads = on_duty.candidates(duty, facts, self.firm), on_duty.loads
        candidates = self._standing(duty, candidates)
        if not candidates:
            raise refuse(
                "nobody-on-duty",
                f"nobody holds the duty “{duty}” for this case",
                hint="the digital office must give someone this duty; nothing was filed",
                duty=duty,
            )

        def weight(one: organization.Candidate) -> tuple[int, bool, int, int]:
            key = (duty, one.person_id)
            has, had = loads.get(key, (0, 0))
            given, taken = self.book.given[key], self.book.taken[key]
            return has + given - taken, not one.present, had + given, one.person_id

        best = min(candidates, key=weight)
        return engine.Chosen(str(best.person_id), str(best.holder_id))

    def _standing(self, duty: str, candidates: list[organization.Candidate]) -> list[organization.Candidate]:
        """Return those who stand by the rota, where the promise asks for it; all where none of them is."""
        if not any(role.on_rota and role.duty == duty for role in self.mechanism.roles.values()):
            return candidates
        if duty not in self.standing:
            now, calendar = self.book.now, self.book.calendar
            self.standing[duty] = organization.on_rota(duty, at=now, calendar=calendar)
        standing = self.standing[duty]
        return [one for one in candidates if one.person_id in standing and one.present] or candidates

    @cached_property
    def duties(self) -> list[str]:
        """Every duty the promise asks of anyone."""
        return sorted({role.duty for role in self.mechanism.roles.values() if role.duty})
