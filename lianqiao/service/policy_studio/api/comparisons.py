"""Two drafts of policies compared: words, costs, who gains, who loses, who moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Router
from pydantic import Field

from lianqiao.engine.beijing import beijing
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import Id, Moment, Shown, offer
from lianqiao.service.drafting.api import SentenceShown
from lianqiao.service.language import language
from lianqiao.service.policy_studio.api.policies import PolicyCost, PolicyJob, cost_shown
from lianqiao.service.policy_studio.commands.comparisons import ask_comparison
from lianqiao.service.policy_studio.commands.drafts import require_writer
from lianqiao.service.policy_studio.queries import comparisons as queries
from lianqiao.service.policy_studio.queries.drafts import preview_of

router = Router(tags=["policies"])


class PolicyShift(Shown):
    """A party that gains or loses, and how much."""

    name: str
    fen: int


class PolicySide(Shown):
    """Those who gain, or those who lose, from the one draft to the other."""

    count: int
    fen: int
    largest: list[PolicyShift]


class PolicyMove(Shown):
    """How many parties stood so by the one draft and stand so by the other."""

    before: str = Field(description=_("yes, unknown or no."))
    after: str = Field(description=_("yes, unknown or no."))
    parties: int


class PolicyBetween(Shown):
    """What becomes of all parties from the one draft to the other, both asked of the same facts."""

    reckoned_at: Moment
    gain: PolicySide
    lose: PolicySide
    open: int = Field(description=_("Of how many too little is known to say."))
    moves: list[PolicyMove]


class PolicyComparison(Shown):
    """Two drafts side by side."""

    changes: list[SentenceShown]
    one: PolicyCost | None = Field(description=_("Null where this very text was not reckoned."))
    other: PolicyCost | None = Field(description=_("Null where this very text was not reckoned."))
    between: PolicyBetween | None = Field(description=_("Null until both were reckoned together."))


@offer(
    router,
    "GET",
    "/policy-drafts/{policy_draft}/against/{other_policy_draft}",
    name="showPolicyComparison",
    scope="read",
    says=_("What changes from one draft to another."),
    more=_("For officers of benefits."),
    answer=PolicyComparison,
    refuses=(403, 404, 409),
)
def show_comparison(
    request: HttpRequest, policy_draft: Path[Id], other_policy_draft: Path[Id]
) -> PolicyComparison:
    """Return the comparison; refuses `benefits-only`, and as `queries.comparisons.pair_of`."""
    now = moment(request)
    require_writer(caller(request).person, now=now)
    pair = queries.pair_of(policy_draft, other_policy_draft)
    found = queries.reckoned(pair)
    previews = [preview_of(one.text) for one in (pair.one, pair.other)]
    alone = [kept.found["after"] if kept and kept.found else None for kept in previews]
    one, other = (found.found["one"], found.found["other"]) if found else alone
    return PolicyComparison(
        changes=[
            SentenceShown(kind=change.kind, words=change.words)
            for change in pair.changes(day=beijing(now).date(), language=language())
        ],
        one=cost_shown(one),
        other=cost_shown(other),
        between=_between(found, pair.policies[0].party) if found else None,
    )


@offer(
    router,
    "POST",
    "/policy-drafts/{policy_draft}/against/{other_policy_draft}",
    name="reckonPolicyComparison",
    scope="act",
    says=_("Have two drafts reckoned over all parties, on the same facts."),
    more=_("For officers of benefits. A long job; see the comparison when it has ended."),
    answer=PolicyJob,
    status=202,
    refuses=(403, 404, 409),
)
def reckon_comparison(
    request: HttpRequest, policy_draft: Path[Id], other_policy_draft: Path[Id]
) -> PolicyJob:
    """Ask for it; refuses as `commands.comparisons.ask_comparison`."""
    person, now = caller(request).person, moment(request)
    return PolicyJob(job=ask_comparison(policy_draft, other_policy_draft, by=person, now=now).job_id)


def _between(found: queries.Reckoned, kind: str) -> PolicyBetween:
    keys = [key for side in ("gain", "lose") for key, _fen in found.found[side]["largest"]]
    names = queries.names_of(kind, keys)
    return PolicyBetween(
        reckoned_at=found.row.at,
        gain=_side(found.found["gain"], names),
        lose=_side(found.found["lose"], names),
        open=found.found["open"],
        moves=[
            PolicyMove(before=before, after=after, parties=count)
            for before, after, count in found.found["moves"]
        ],
    )


def _side(side: Mapping[str, Any], names: Mapping[int, str]) -> PolicySide:
    largest = [PolicyShift(name=names.get(key, f"#{key}"), fen=fen) for key, fen in side["largest"]]
    return PolicySide(count=side["count"], fen=side["fen"], largest=largest)
