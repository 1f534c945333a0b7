"""The search of service items in the database: its own index finds the candidates, one sum scores them.

FTS5 in SQLite and GIN in PostgreSQL answer which items have any of the terms that decide; the score is the
arithmetic of `engine.search_terms.Weighed.score` written as SQL, in whole numbers, so both order alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BooleanField, Expression, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models import Case as If
from django.db.models.functions import Greatest, StrIndex
from django.db.models.lookups import GreaterThan

from lianqiao.engine.search_terms import IN_NAME, Question, Weighed, plain, weigh
from lianqiao.service.models import ItemTerm, ServiceItem

# a Latin word this long with a digit in it is looked for among the codes
SHORTEST_CODE = 6


def weighed(question: Question, counts: Mapping[str, int]) -> Weighed:
    """Return the question weighed among the items counted; `counts[""]` is how many there are."""
    return weigh(question, counts, max(1, counts.get("", 0)))


def counts_of(question: Question) -> dict[str, int]:
    """Return in how many items each term of the question occurs, and under "" how many items there are."""
    if not question.wishes:
        return {}
    return dict(ItemTerm.objects.filter(pk__in=[*question.terms, ""]).values_list("term", "items"))


class _HasAny(Func):
    """True where a text of terms has any of the given ones; answered from the database's own index."""

    output_field = BooleanField()

    def __init__(self, *expressions: Any, wanted: tuple[str, ...] = (), **extra: Any) -> None:
        super().__init__(*expressions, **extra)
        self.wanted = wanted

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        column, parameters = compiler.compile(self.source_expressions[0])
        match = " OR ".join(f'"{term}"' for term in self.wanted)
        inner = "SELECT rowid FROM service_itemtext_index WHERE service_itemtext_index MATCH %s"
        return f"{column} IN ({inner})", [*parameters, match]

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        column, parameters = compiler.compile(self.source_expressions[1])
        return f"string_to_array({column}, ' ') && %s::text[]", [*parameters, list(self.wanted)]


def matching(
    items: QuerySet[ServiceItem], question: Question, counts: Mapping[str, int], text: str
) -> QuerySet[Any]:
    """Return the items that hold enough of the question, with `score`."""
    if code := _code(text):
        return items.filter(code__icontains=code).annotate(score=Value(1))
    only = plain(text)
    if len(only) == 1:
        # pairs of characters cannot answer for one character
        return items.filter(name__contains=only).annotate(score=Value(1))
    scale = weighed(question, counts)
    deciding = scale.deciding(counts)
    if not deciding:
        return items.none().annotate(score=Value(0))
    found = items.filter(_HasAny(F("pk"), F("text__terms"), wanted=deciding), text__isnull=False)
    return found.annotate(score=_score(scale)).filter(score__gte=scale.enough)


def _score(scale: Weighed) -> Any:
    """Return the score as the database works it out: the arithmetic of `Weighed.score`."""
    parts = []
    for part in scale.parts:
        wordings = [_hit(wording, value) for wording, value in part.alike]
        if part.typed:
            wordings.append(_sum(_hit((term,), weight) for term, weight in part.typed.items()))
        parts.append(Greatest(*wordings) if len(wordings) > 1 else wordings[0])
    return _sum(parts)


def _hit(wording: tuple[str, ...], value: int) -> Any:
    return If(
        When(_has("text__name_terms", wording), then=Value(IN_NAME * value)),
        When(_has("text__terms", wording), then=Value(value)),
        default=Value(0),
    )


def _has(column: str, wording: tuple[str, ...]) -> Q:
    every = Q()
    for term in wording:
        every &= Q(GreaterThan(StrIndex(column, Value(f" {term} ", output_field=TextField())), 0))
    return every


def _sum(parts: Iterable[Any]) -> Any:
    total: Expression | None = None
    for part in parts:
        total = part if total is None else total + part
    return total


def _code(text: str) -> str:
    """Return what was typed where it looks like the code of an item, else ""."""
    typed = "".join(text.split())
    is_code = len(typed) >= SHORTEST_CODE and typed.isascii() and any(char.isdigit() for char in typed)
    return typed if is_code else ""
