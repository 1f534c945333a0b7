"""Service items found by a question in plain Chinese, narrowed, counted; one item and those beside it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Length

from lianqiao.bridge import packs
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.pack import Pack
from lianqiao.engine.search_terms import Question, Synonyms, Thesaurus, terms
from lianqiao.service.item_import.pack_files import synonyms_of
from lianqiao.service.models import ItemImport, ServiceDepartment, ServiceItem
from lianqiao.service.queries import item_search

_log = logging.getLogger(__name__)
# how little the length of a name weighs: a name of this many characters counts half
ROOM = 150
SORTS = {"name": "name", "department": "department__name", "kind": "kind", "code": "code"}


@dataclass(frozen=True)
class Found:
    """What a question finds: the promises, best first, the items as a query, and the words looked for.

    `items` carry `score` where there was a question; `before` are those found before department and type
    narrowed them.
    """

    promises: tuple[Mechanism, ...]
    items: QuerySet[ServiceItem]
    words: tuple[str, ...]
    before: QuerySet[ServiceItem]
    department: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Facet:
    """A value to narrow by and how many items there would be."""

    value: str
    count: int


@dataclass(frozen=True)
class Facets:
    """How many items were found, and how many there are of each department (by id) and type, most first."""

    total: int
    departments: tuple[Facet, ...]
    kinds: tuple[Facet, ...]


def search_items(
    text: str, *, department: str = "", kind: str = "", audience: str = "", sort: str = ""
) -> Found:
    """Return what a question finds, best first; everything where it is empty.

    `department` is the id of one, `kind` a type code, `audience` person or firm. `sort` is a key of SORTS,
    with `-` before it to turn it round. Without one, SQLite and PostgreSQL order what was asked for alike.
    """
    pack = packs.current()
    question = thesaurus(pack).read(text)
    counts = item_search.counts_of(question)
    before: QuerySet[Any] = ServiceItem.objects.filter(withdrawn_at=None)
    if question.wishes:
        before = item_search.matching(before, question, counts, text)
    if audience:
        before = before.filter(audience__in=(audience, ServiceItem.Audience.BOTH))
    items = before.select_related("department")
    if department.isdigit():
        items = items.filter(department_id=int(department))
    if kind:
        items = items.filter(kind=kind)
    promises = () if department or kind else _promises(question, pack, counts)
    ordered = _sorted(items, sort, asked=bool(question.wishes))
    return Found(promises, ordered, question.words, before, department, kind)


def facets_of(found: Found) -> Facets:
    """Return the counts beside what was found; one query."""
    groups = found.before.order_by().values_list("department_id", "kind").annotate(count=Count("pk"))
    total, departments, kinds = 0, Counter[str](), Counter[str]()
    for department_id, kind, count in groups:
        department = str(department_id)
        right_department = found.department in ("", department)
        right_kind = found.kind in ("", kind)
        total += count if right_department and right_kind else 0
        departments[department] += count if right_kind else 0
        kinds[kind] += count if right_department else 0
    return Facets(total, _most_first(departments), _most_first(kinds))


def _most_first(counts: Counter[str]) -> tuple[Facet, ...]:
    found = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Facet(value, count) for value, count in found if value and count)


def department_names() -> dict[str, str]:
    """Return the names of departments by id."""
    return {str(pk): name for pk, name in ServiceDepartment.objects.values_list("pk", "name")}


def item_by_key(key: str) -> ServiceItem | None:
    """Return the item with this key, withdrawn or not."""
    return ServiceItem.objects.select_related("department").filter(key=key).first()


def siblings(item: ServiceItem) -> QuerySet[ServiceItem]:
    """Return the other items under the same main item of the same department."""
    same = ServiceItem.objects.filter(
        department=item.department_id, main_item=item.main_item, withdrawn_at=None
    )
    return same.exclude(pk=item.pk).order_by("name") if item.main_item else same.none()


def last_imports(count: int) -> list[ItemImport]:
    """Return the last imports, newest first."""
    return list(ItemImport.objects.select_related("by").order_by("-at", "-pk")[:count])


@lru_cache(maxsize=8)
def thesaurus(pack: Pack) -> Thesaurus:
    """Return the words used alike in a district; `lianqiao check` says what is wrong with its file.

    With a file that cannot be read the search still answers, without any such words.
    """
    try:
        return Thesaurus(synonyms_of(pack))
    except Refusal as refusal:
        _log.error("the search goes without synonyms: %s", refusal)
        return Thesaurus(Synonyms(format=1))


def _sorted(items: QuerySet[Any], sort: str, *, asked: bool) -> QuerySet[ServiceItem]:
    column = SORTS.get(sort.removeprefix("-"))
    if column:
        return items.order_by(f"-{column}" if sort.startswith("-") else column, "pk")
    if asked:
        # the shorter a name, the more of it is what was asked; a long one holds a little of everything
        near = F("score") * 1000 / (ROOM + Length("name"))
        return items.order_by(near.desc(), Length("name"), "pk")
    return items.order_by("department__name", "main_item", "name", "pk")


def _promises(question: Question, pack: Pack, counts: Mapping[str, int]) -> tuple[Mechanism, ...]:
    """Return the promises that hold enough of the question, best first.

    Terms are weighed among items and promises together: what only a promise says is its surest sign.
    """
    known = _promise_terms(pack)
    both = Counter(counts)
    for _, _, said in known:
        both.update(question.terms & said)
    both[""] += len(known)
    scale = item_search.weighed(question, both)
    scores = [(scale.score(named, said), one) for one, named, said in known]
    best = sorted(
        (pair for pair in scores if pair[0] >= scale.enough), key=lambda pair: (-pair[0], pair[1].id)
    )
    return tuple(one for _, one in best)


@lru_cache(maxsize=8)
def _promise_terms(pack: Pack) -> tuple[tuple[Mechanism, frozenset[str], frozenset[str]], ...]:
    """Return each promise with the terms of its title, and of title and summary, in both languages."""
    found = []
    for one in pack.newest_versions.values():
        title = f"{one.title.zh_hans} {one.title.en}"
        found.append(
            (
                one,
                frozenset(terms(title)),
                frozenset(terms(f"{title} {one.summary.zh_hans} {one.summary.en}")),
            )
        )
    return tuple(found)


def departments() -> QuerySet[ServiceDepartment]:
    """Return every department that answers for service items, in no order."""
    return ServiceDepartment.objects.all()
