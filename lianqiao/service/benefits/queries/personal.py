"""What this room keeps of a person, for them to take along."""

from __future__ import annotations

from typing import Any

from lianqiao.service.benefits.models import Account, Fact, Grant


def benefits_kept(person_id: int) -> dict[str, list[Any]]:
    """Return a person's facts, grants and accounts, as JSON takes them; of an account its last digits."""
    facts = Fact.objects.filter(person_id=person_id).order_by("id")
    grants = Grant.objects.filter(person_id=person_id).order_by("id")
    accounts = Account.objects.filter(person_id=person_id).order_by("id")
    return {
        "facts": list(facts.values("attribute", "written", "source", "as_of", "consent", "purpose", "at")),
        "grants": list(grants.values("policy", "period", "state", "fen", "moved_at")),
        "accounts": list(accounts.values("holder", "bank", "tail", "at")),
    }
