"""Two drafts reckoned over all parties in one walk, as a long job: both on the same facts of the same day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from lianqiao.bridge.commands import ask_job
from lianqiao.bridge.long_jobs import Work
from lianqiao.engine.policy.differing import Side
from lianqiao.organization.models import Person
from lianqiao.service.benefits.queries.cost import Wanted, compared
from lianqiao.service.drafting.answers import answer
from lianqiao.service.drafting.queries import hash_of
from lianqiao.service.policy_studio.commands.drafts import require_writer
from lianqiao.service.policy_studio.commands.previews import cost_told
from lianqiao.service.policy_studio.models import Comparison
from lianqiao.service.policy_studio.queries.comparisons import pair_of, under_way
from lianqiao.service.policy_studio.queries.drafts import checked_text

KIND = "policy-comparison"


def ask_comparison(one_id: int, other_id: int, *, by: Person, now: datetime) -> Comparison:
    """Ask for who gains and who loses from one draft to another; what is under way is not begun twice.

    Raises Refusal: `benefits-only`, and as `queries.comparisons.pair_of`.
    """
    require_writer(by, now=now)
    pair = pair_of(one_id, other_id)
    running = under_way(pair)
    if running is not None:
        return running
    one, other = pair.one, pair.other
    with transaction.atomic():
        made = Comparison.objects.create(
            one=one, other=other, one_text=one.text, other_text=other.text, by=by, at=now,
            one_sha256=hash_of(one.text), other_sha256=hash_of(other.text),
        )  # fmt: skip
        about = " / ".join(dict.fromkeys(policy.title.zh_hans for policy in pair.policies))
        made.job = ask_job(KIND, by=by, given={"comparison": made.pk}, about=about, now=now)
        made.save(update_fields=["job"])
    return made


def answer_comparison(work: Work) -> dict[str, Any]:
    """Reckon what a job asks for and keep it; a Refusal on the way is kept as its error."""
    asked = Comparison.objects.get(pk=work.job.given["comparison"])
    answer(asked, lambda: _found(asked, work))
    return {"drafts": [asked.one_id, asked.other_id]}


def _found(asked: Comparison, work: Work) -> dict[str, Any]:
    one, other, between = compared(
        _wanted(asked.one_text),
        _wanted(asked.other_text),
        now=work.clock(),
        told=lambda done, total: work.go_on(done=done, total=total),
    )
    return {
        "one": cost_told(one),
        "other": cost_told(other),
        "gain": _side(between.gain),
        "lose": _side(between.lose),
        "open": between.open,
        "moves": [[before, after, count] for (before, after), count in between.moves.items()],
    }


def _wanted(text: str) -> Wanted:
    """Return a text as it was asked about, checked beside what is served now."""
    found = checked_text(text)
    if not found.passes or found.policy is None:
        raise found.refusal
    return Wanted(found.policies, found.policy.id)


def _side(side: Side) -> dict[str, Any]:
    return {"count": side.count, "fen": side.fen, "largest": side.largest}
