"""The demonstration: an example organization and its history, made through commands, marked 示例."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from lianqiao.bridge import packs
from lianqiao.bridge.queries.lists import example_cases
from lianqiao.engine.beijing import BEIJING
from lianqiao.organization.queries import example_firms, firm_by_code
from lianqiao.service.bundles.demo import enter_bundles
from lianqiao.service.demo.benefits import enter_benefits
from lianqiao.service.demo.cast import enter_cast
from lianqiao.service.demo.cast_files import read_cast
from lianqiao.service.demo.catalogue import enter_catalogue
from lianqiao.service.demo.history import play
from lianqiao.service.demo.licences import enter_register
from lianqiao.service.demo.old_log import enter_old_log
from lianqiao.service.demo.studios import enter_studios
from lianqiao.service.demo.talents import enter_talents
from lianqiao.service.demo.tasks import enter_tasks
from lianqiao.service.demo.year import enter_year
from lianqiao.service.drug.demo import enter_products

FIRST_DAY = datetime(2026, 1, 4, 9, tzinfo=BEIJING)
# a demonstration shown before its own past could begin still needs a few weeks of it
SHORTEST = timedelta(days=60)


@dataclass(frozen=True)
class Loaded:
    """What there is: how many example firms and cases, and whether they were made just now."""

    firms: int
    cases: int
    new: bool


@transaction.atomic
def load(*, now: datetime) -> Loaded:
    """Make the demonstration's organization and its filings from January 2026 to `now`, once.

    All or nothing is written; a second time changes nothing. Raises Refusal where the pack's files are wrong.
    """
    pack = packs.current()
    if any(firm_by_code(entry.credit_code) for entry in read_cast(pack.texts).firms):
        there = example_firms()
        return Loaded(len(there), example_cases().count(), new=False)
    since = min(FIRST_DAY, now - SHORTEST)
    cast = enter_cast(pack, now=since)
    enter_catalogue(pack, now=since)
    enter_old_log(now=since)
    play(cast, since=since, now=now)
    enter_year(cast, now=now)
    enter_talents(cast, since=since, now=now)
    enter_register(cast, now=now)
    enter_products(now=now)
    enter_benefits(now=now)
    enter_bundles(now=now)
    enter_tasks(now=now)
    enter_studios(now=now)
    there = example_firms()
    return Loaded(len(there), example_cases().count(), new=True)
