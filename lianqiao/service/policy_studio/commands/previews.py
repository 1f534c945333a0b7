"""What a draft would cost over all parties, reckoned as a long job beside what is in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from lianqiao.bridge import packs
from lianqiao.bridge.commands import ask_job
from lianqiao.bridge.long_jobs import Work
from lianqiao.engine.beijing import beijing
from lianqiao.engine.policy.reading import PolicySet
from lianqiao.organization.models import Person
from lianqiao.service.benefits.queries.cost import Cost, cost_of
from lianqiao.service.drafting.answers import answer
from lianqiao.service.drafting.queries import hash_of
from lianqiao.service.policy_studio.commands.drafts import require_writer
from lianqiao.service.policy_studio.models import PolicyDraft, Preview
from lianqiao.service.policy_studio.queries.drafts import checked_text

KIND = "policy-cost"
MOST_NAMED = 20


def ask_preview(draft: PolicyDraft, *, by: Person, now: datetime) -> Preview:
    """Ask for a draft's cost; a worker begins within seconds.

    Raises Refusal: `benefits-only`, and every problem of the text's check.
    """
    require_writer(by, now=now)
    found = checked_text(draft.text)
    if not found.passes or found.policy is None:
        raise found.refusal
    with transaction.atomic():
        made = Preview.objects.create(draft=draft, sha256=hash_of(draft.text), text=draft.text, by=by, at=now)
        about = f"{found.policy.title.zh_hans} {found.policy.id}"
        made.job = ask_job(KIND, by=by, given={"preview": made.pk}, about=about, now=now)
        made.save(update_fields=["job"])
    return made


def answer_preview(work: Work) -> dict[str, Any]:
    """Reckon the cost a job asks for and keep it; a Refusal on the way is kept as its error."""
    asked = Preview.objects.get(pk=work.job.given["preview"])
    answer(asked, lambda: _found(asked, work))
    return {"draft": asked.draft_id}


def _found(asked: Preview, work: Work) -> dict[str, Any]:
    found = checked_text(asked.text)
    if not found.passes or found.policy is None:
        raise found.refusal
    name, served, now = found.policy.id, packs.current().benefits, work.clock()
    halves = 2 if _in_force(served, name, now) else 1

    def told(done: int, total: int, half: int = 0) -> None:
        work.go_on(done=done + half * total, total=halves * total)

    after = cost_of(found.policies, name, now=now, told=told)
    before = None
    if halves == 2:
        before = cost_of(served, name, now=now, told=lambda done, total: told(done, total, 1))
    return {
        "after": cost_told(after),
        "before": cost_told(before) if before else None,
        **_moved(before, after),
    }


def _in_force(policies: PolicySet, name: str, now: datetime) -> bool:
    known = policies.policies.get(name)
    return known is not None and known.in_force(beijing(now).date()) is not None


def cost_told(cost: Cost) -> dict[str, Any]:
    """Return a cost as it is kept."""
    return {
        "parties": cost.parties,
        "count": cost.count,
        "fen": cost.fen,
        "undecided": cost.undecided,
        "open_sums": cost.open_sums,
        "granted": cost.granted,
        "granted_fen": cost.granted_fen,
        "largest": cost.largest[:MOST_NAMED],
    }


def _moved(before: Cost | None, after: Cost) -> dict[str, int]:
    had, has = before.by_party if before else {}, after.by_party
    both = had.keys() & has.keys()
    return {
        "gain": sum(has[key] > had[key] for key in both),
        "lose": sum(has[key] < had[key] for key in both),
        "new": len(has.keys() - had.keys()),
        "gone": len(had.keys() - has.keys()),
    }
