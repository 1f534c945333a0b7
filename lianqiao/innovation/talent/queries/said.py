"""What records say of people, for who may read them: confirmed entries only, each with its day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.evaluation import Standard
from lianqiao.innovation.talent.models import Achievement, Appraisal
from lianqiao.innovation.talent.queries.records import bearers

# the last evaluation in whole points; everything else is an indicator of the standard
SCORE = "score"


@dataclass(frozen=True)
class Said:
    """What a record says of one thing as of a day: a sum of confirmed entries, or the best choice."""

    value: int | str
    day: date
    example: bool = False


def said_by_records(
    person_ids: Collection[int], wanted: Collection[str], *, purpose: str
) -> Mapping[tuple[int, str], Said]:
    """Return what is wanted of the records whose bearers permit the purpose, by person and what it is.

    Three database queries, however many people. What no confirmed entry says is left out.
    """
    standard = packs.current().talent_standard
    permitted = set(bearers(purpose).filter(talent__person__in=person_ids))
    if not permitted or not wanted:
        return {}
    found = _scores(permitted) if SCORE in wanted else {}
    rows = Achievement.objects.filter(
        talent__person__in=permitted, indicator__in=wanted, state=Achievement.State.CONFIRMED
    )
    for person, indicator, amount, choice, day, example in rows.values_list(
        "talent__person_id", "indicator", "amount", "choice", "day", "talent__example"
    ):
        one = Said(choice or amount, day, example)
        before = found.get((person, indicator))
        found[person, indicator] = _both(before, one, indicator, standard) if before else one
    return found


def _both(before: Said, one: Said, indicator: str, standard: Standard | None) -> Said:
    """Return two entries of an indicator as one: amounts added up, of choices the one with more points."""
    if isinstance(before.value, int) and isinstance(one.value, int):
        return Said(before.value + one.value, max(before.day, one.day), one.example)
    known = standard.indicators.get(indicator) if standard else None
    points = {name: choice.points for name, choice in known.choices.items()} if known else {}
    return max(before, one, key=lambda said: (points.get(str(said.value), 0), said.day))


def _scores(people: Collection[int]) -> dict[tuple[int, str], Said]:
    rows = Appraisal.objects.filter(talent__person__in=people).order_by("at", "pk")
    return {
        (person, SCORE): Said(hundredths // 100, beijing(at).date(), example)
        for person, hundredths, at, example in rows.values_list(
            "talent__person_id", "hundredths", "at", "talent__example"
        )
    }
