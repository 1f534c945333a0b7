"""Where a reader can go: the few pages of every day in sight, the others one touch further."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext

from lianqiao.bridge import packs
from lianqiao.innovation.talent.queries import OFFICE as TALENT_OFFICE
from lianqiao.organization.queries import duties_of, firms_of
from lianqiao.organization.queries.duties import OFFICE
from lianqiao.service.benefits.queries.vocabulary import DUTIES as BENEFIT_DUTIES
from lianqiao.service.drug.queries.journeys import guiding_duties
from lianqiao.service.licences.queries.rights import KEEPERS as LICENCE_KEEPERS
from lianqiao.service.queries.mining_rights import may_mine_with
from lianqiao.service.queries.overview import overseen_with
from lianqiao.service.queries.resolution import listed_with

IN_SIGHT = 5  # what a telephone's width holds beside “More”
ROOT = "home"
# whose duties open the page “Registers”
KEEPERS = frozenset({"office", "window-clerk"})


class Page(NamedTuple):
    """A page by its address's name, which is its icon's name too, and what it is called.

    `of` are the parts of an address that has any.
    """

    name: str
    label: str
    of: tuple[str, ...] = ()


def navigation(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """Return the `entries` in sight and `more`, each with name, address and label, for this reader.

    `keeper` says whether the registers are open to them.
    """
    person = getattr(request, "user", None)
    known = person is not None and person.is_authenticated
    duties = duties_of(person.pk, at=now) if person is not None and known else frozenset()
    pages = [_entry(page, request.path) for page in _pages(person, duties, now=now)]
    at = IN_SIGHT if len(pages) > IN_SIGHT + 1 else len(pages)
    more = pages[at:]
    return {
        "entries": pages[:at],
        "more": more,
        "more_current": any(one["current"] for one in more),
        "keeper": bool(duties & KEEPERS),
    }


def _pages(person: Any, duties: frozenset[str], *, now: datetime) -> Iterable[Page]:
    """Yield pages, those used most first: everyone home and progress, firms and officers their own."""
    yield Page(ROOT, gettext("Home"))
    if person is None or not person.is_authenticated:
        yield from (Page("services", gettext("Services")), Page("progress", gettext("Progress")))
        yield Page("items", gettext("Service items"))
        yield Page("bundles", gettext("One matter"))
    elif duties:
        yield from _officer_pages(duties)
    else:
        yield from _own_pages(acts=bool(firms_of(person.pk, at=now)))


def _own_pages(*, acts: bool) -> Iterable[Page]:
    """Yield the pages of someone without a duty; those of firms where they act for one."""
    yield Page("matters", gettext("My matters"))
    if acts:
        yield Page("my-benefits", gettext("What is mine"))
    yield from (Page("services", gettext("Services")), Page("progress", gettext("Progress")))
    yield Page("bundles", gettext("One matter"))
    if acts:
        yield Page("supermarket", gettext("Assistance supermarket"))
        yield Page("my-licences", gettext("My licences"))
    yield Page("drug-desk", gettext("Drug steward"))
    yield from (Page("items", gettext("Service items")), Page("talent", gettext("My talent record")))
    if not acts:
        yield Page("own-benefits", gettext("What is mine as a person"))


def _officer_pages(duties: frozenset[str]) -> Iterable[Page]:
    yield Page("worklist", gettext("Worklist"))
    # an officer without a duty in any promise oversees none
    oversees = overseen_with(duties)
    if oversees:
        yield Page("overview", gettext("Overview"))
    yield from _lists(duties)
    yield from _subjects(duties)
    yield from (Page("duty", gettext("Duty")), Page("leave", gettext("Leave")))
    yield from (Page("progress", gettext("Progress")), Page("items", gettext("Service items")))
    yield from (Page("services", gettext("Services")), Page("bundles", gettext("One matter")))
    yield from (Page("rota", gettext("Rota")), Page("tasks", gettext("Reform tasks")))
    if oversees:
        yield from (Page("workload", gettext("Workload")), Page("channels", gettext("By channel")))
    yield from _assisting(duties)
    if may_mine_with(duties):
        yield Page("mining", gettext("Process mining"))
        yield Page("studio", gettext("Mechanism studio"))


def _subjects(duties: frozenset[str]) -> Iterable[Page]:
    """Yield the pages of the subjects a duty is about: who has it opens them every day."""
    # the office keeps everything, so nothing of it is its everyday
    if duties & (BENEFIT_DUTIES - {OFFICE}):
        yield from _of_benefits()
    if duties & LICENCE_KEEPERS:
        yield Page("licences", gettext("Licences"))
    if TALENT_OFFICE in duties:
        yield Page("talents", gettext("Talents"))
    if guiding_duties() & duties:
        yield Page("drug-desk", gettext("Drug steward"))


def _of_benefits() -> Iterable[Page]:
    yield Page("benefit-policies", gettext("Benefits"))
    yield Page("policy-studio", gettext("Policy studio"))


def _assisting(duties: frozenset[str]) -> Iterable[Page]:
    """Yield the pages of those who may act for firms, or take in what these bring."""
    assistants = {agent.duty for agent in packs.current().assistance.agents.values()}
    if duties & assistants:
        yield Page("supermarket", gettext("Assistance supermarket"))
        yield Page("my-mandates", gettext("Firms I act for"))
    if OFFICE in duties:
        yield from _of_benefits()


def _lists(duties: frozenset[str]) -> Iterable[Page]:
    """Yield the lists of problems and results this officer has a part in, and the visits behind them."""
    language = get_language() or settings.LANGUAGE_CODE
    for one in listed_with(duties, with_a_part=True):
        yield Page("raised", one.title.in_language(language), (one.id,))
    if listed_with(duties):
        yield Page("visits", gettext("Visits"))


def _entry(page: Page, path: str) -> dict[str, Any]:
    url = reverse(page.name, args=page.of)
    current = path == url if page.name == ROOT else path.startswith(url)
    return {"name": page.name, "url": url, "label": page.label, "current": current}
