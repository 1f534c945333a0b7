"""What is being written in the studios of the demonstration: two simulations to compare, and open drafts.

Only asked for here: the worker answers once the zone is served, so that a first start stays quick.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lianqiao.bridge import packs
from lianqiao.engine.simulation.question import Question
from lianqiao.organization import queries
from lianqiao.organization.models import Person
from lianqiao.organization.queries.duties import OFFICE
from lianqiao.service.benefits.queries.vocabulary import OFFICER
from lianqiao.service.policy_studio.commands import previews
from lianqiao.service.policy_studio.commands.drafts import DRAFTS as POLICY_DRAFTS
from lianqiao.service.studio.commands import simulations
from lianqiao.service.studio.commands.drafts import DRAFTS

FILING, STEWARDS = "microdrama-filing", "drama-steward"
# as many as there are, and as many as would no longer do
TEAMS = (16, 12)
ARRIVALS = "17/wd"
# the review a working day sooner
PROMISED, WISHED = 'budget = "3wd"', 'budget = "2wd"'
RENT = "example-rent-relief"
# three fifths of the rent in place of half
SHARE, WISHED_SHARE = 'share = "50%"', 'share = "60%"'


def enter_studios(*, now: datetime) -> None:
    """Write on both studios' drafts and ask for what a worker reckons; nothing where the pack lacks them."""
    office, officer = _holder(OFFICE, now), _holder(OFFICER, now)
    pack = packs.current()
    if office is not None and FILING in pack.newest_versions:
        _simulated(office, now=now)
        _promise_written(office, now=now)
    if officer is not None and RENT in pack.benefits.policies:
        _policy_written(officer, now=now)


def _simulated(by: Person, *, now: datetime) -> None:
    """Ask how often the filing as it is served would be kept with each team."""
    pack = packs.current()
    text = pack.texts[pack.files[pack.newest(FILING).key]]
    for people in TEAMS:
        question = Question(staff={STEWARDS: people}, arrivals=ARRIVALS, days=250, replications=5)
        simulations.ask_simulation(text, question, name=f"示例：{people} 名剧管家", by=by, now=now)


def _promise_written(by: Person, *, now: datetime) -> None:
    draft = DRAFTS.make(FILING, by=by, now=now - timedelta(hours=3))
    DRAFTS.save(
        draft.pk,
        draft.text.replace(PROMISED, WISHED, 1),
        edition=draft.edition,
        by=by,
        now=now - timedelta(hours=2),
    )


def _policy_written(by: Person, *, now: datetime) -> None:
    draft = POLICY_DRAFTS.make(RENT, by=by, now=now - timedelta(hours=3))
    text = draft.text.replace(SHARE, WISHED_SHARE, 1)
    saved = POLICY_DRAFTS.save(draft.pk, text, edition=draft.edition, by=by, now=now - timedelta(hours=2))
    previews.ask_preview(saved, by=by, now=now)


def _holder(duty: str, at: datetime) -> Person | None:
    held = queries.people_with(duty, at=at)
    return queries.person(held[0]) if held else None
