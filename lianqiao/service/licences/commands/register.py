"""The register: licences are entered, facts recorded, holders opt out, licences are revoked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.policy.cells import Absent, Unusable, parse_cell
from lianqiao.engine.policy.shape import Attribute
from lianqiao.engine.side_acts import tidied
from lianqiao.organization.models import Firm, Person
from lianqiao.service.benefits.commands.recording import LONGEST, Told, record
from lianqiao.service.benefits.fact_values import FactRead
from lianqiao.service.licences.commands.chaining import Decided, held_head, write_decisions
from lianqiao.service.licences.commands.issuing import made_out
from lianqiao.service.licences.commands.keys import signer
from lianqiao.service.licences.commands.letting_know import let_know
from lianqiao.service.licences.models import Credential, Licence, Word
from lianqiao.service.licences.queries.facts import DUE_COLUMNS, Due, shared
from lianqiao.service.licences.queries.keys import issuer
from lianqiao.service.licences.queries.register import licence_for
from lianqiao.service.licences.queries.rights import holds, require_keeper

LONGEST_REASON = 500
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class LicenceEntry:
    """A licence as a register has it; `known` as `Licence.known`."""

    kind: str
    number: str
    firm: Firm
    issued_on: date
    valid_until: date
    premises: str = ""
    scope: str = ""
    known: dict[str, Any] = field(default_factory=dict)
    example: bool = False


@transaction.atomic
def enter_licences(entries: Sequence[LicenceEntry], *, now: datetime) -> dict[str, int]:
    """Enter licences, or bring those already there up to date; returns how many were added and updated.

    One the register has renewed since is left as it is, so that an old file undoes nothing: its facts are
    taken over. A revoked one stays revoked.
    """
    held_head()
    today = beijing(now).date()
    known = Licence.objects.select_for_update().filter(number__in={entry.number for entry in entries})
    there = {(one.kind, one.number): one for one in known.order_by("pk")}
    added, updated = [], 0
    moved: defaultdict[str, set[int]] = defaultdict(set)
    for entry in entries:
        row = there.get((entry.kind, entry.number))
        if row is None:
            row = Licence(kind=entry.kind, number=entry.number, firm=entry.firm)
            _take_over(row, entry, today)
            there[entry.kind, entry.number] = row
            added.append(row)
        elif _take_over(row, entry, today):
            row.save()
            updated += 1
        moved[entry.kind].add(entry.firm.pk)
    Licence.objects.bulk_create(added, batch_size=500)
    for kind, firms in moved.items():
        let_know(kind, firms, now=now)
    return {"added": len(added), "updated": updated, "unchanged": len(entries) - len(added) - updated}


def _take_over(row: Licence, entry: LicenceEntry, today: date) -> bool:
    """Put what the entry says into the row; returns whether that changed anything."""
    before = {
        name: getattr(row, name)
        for name in ("firm_id", "premises", "scope", "issued_on", "valid_until", "known")
    }
    new = row.pk is None
    row.firm, row.premises, row.scope = entry.firm, entry.premises, entry.scope
    row.known = {**row.known, **entry.known}
    row.example = entry.example or entry.firm.example
    if new or (entry.valid_until > row.valid_until and row.state != "revoked"):
        row.issued_on = row.valid_from = entry.issued_on
        row.valid_until, row.standing, row.finding = entry.valid_until, "", {}
        row.state = "lapsed" if entry.valid_until < today else "valid"
    return any(getattr(row, name) != value for name, value in before.items()) or new


@transaction.atomic
def record_fact(
    licence_id: int, *, attribute: str, value: str, source: str, by: Person | None, now: datetime
) -> Licence:
    """Record what is known of a licence, as typed; it counts from the next look on.

    What policies ask for in the same words is known of the holder too, by the same source and day.

    Raises Refusal: `licences-only`, `unknown-licence`, `unknown-attribute`, `needs-missing`, or the
    code of what the value lacks, as `engine.policy.cells.Unusable` has it.
    """
    require_keeper(by, at=now)
    row = _locked(licence_id)
    kinds = packs.current().licences
    described = kinds.attributes_of(kinds.kind(row.kind)).get(attribute)
    if described is None:
        raise refuse("unknown-attribute", f"no condition speaks of “{attribute}”", field="attribute")
    if not tidied(source):
        raise refuse("needs-missing", "say where this is known from", field="source")
    today = beijing(now).date()
    try:
        found = parse_cell(value.strip(), described, "", today)
    except Unusable as error:
        raise refuse(error.code, error.reason, hint=error.hint, field="value") from None
    if found is None:
        raise refuse("needs-missing", "say what is known", field="value")
    row.known = {**row.known, attribute: fact_of(found, described, source=tidied(source), today=today)}
    row.save()
    if attribute in shared(kinds.attributes_of(kinds.kind(row.kind))):
        _share(row, attribute, value.strip(), by=by, now=now)
    return row


def _share(row: Licence, attribute: str, written: str, *, by: Person | None, now: datetime) -> None:
    """Let policies know of the holder what was just recorded of its licence."""
    fact = row.known[attribute]
    read = FactRead("absent") if fact.get("absent") else FactRead("value", fact["value"])
    told = Told(attribute, read, written[: LONGEST["written"]], fact["source"], beijing(now).date())
    record("firm", [(row.firm_id, told)], by=by, now=now, via="licence", example=row.example)


def fact_of(found: Any, described: Attribute, *, source: str, today: date) -> dict[str, Any]:
    """Return a value read from a cell as `Licence.known` keeps it."""
    told = {"source": source[:100], "on": today.isoformat()}
    if isinstance(found, Absent):
        return {"absent": True, **told}
    if described.kind == "date" and isinstance(found, int):
        return {"value": date.fromordinal(found + _EPOCH).isoformat(), **told}
    if described.kind == "choice" and isinstance(found, int):
        return {"value": list(described.options)[found], **told}
    return {"value": bool(found) if described.kind == "boolean" else found, **told}


@transaction.atomic
def choose(licence_id: int, *, out: bool, by: Person, now: datetime) -> Licence:
    """Let the holder opt out of renewal without application, or in again.

    Raises Refusal `unknown-licence`, also for a licence of another firm.
    """
    head = held_head()
    row = _locked(licence_id)
    if not holds(by, row, at=now):
        raise unknown(licence_id)
    if (row.opted_out_at is not None) == out:
        return row
    outcome = "opted-out" if out else "opted-in"
    write_decisions(head, [Decided(row.pk, row.valid_until, outcome, {"by": str(by.pk)})], now=now)
    row.opted_out_at = now if out else None
    row.save()
    return row


@transaction.atomic
def revoke(licence_id: int, *, reason: str, by: Person | None, now: datetime) -> Licence:
    """Revoke a licence for a reason; its e-licences verify as revoked from now on.

    Raises Refusal: `licences-only`, `unknown-licence`, `needs-missing`, `needs-wrong`, `licence-revoked`.
    """
    require_keeper(by, at=now)
    head = held_head()
    row = _locked(licence_id)
    reason = tidied(reason)
    problems = []
    if not reason:
        problems.append(Problem("needs-missing", "say why", place="reason", facts={"field": "reason"}))
    if len(reason) > LONGEST_REASON:
        facts = {
            "field": "reason",
            "fault": "too-long",
            "limit": str(LONGEST_REASON),
            "length": str(len(reason)),
        }
        problems.append(
            Problem("needs-wrong", f"at most {LONGEST_REASON} characters", place="reason", facts=facts)
        )
    if problems:
        raise Refusal(*problems)
    if row.state == "revoked":
        raise refuse(
            "licence-revoked", f"{row.number} was revoked already", hint="there is nothing to revoke"
        )
    body = {"by": str(by.pk) if by else "server", "words": reason}
    write_decisions(head, [Decided(row.pk, row.valid_until, "revoked", body)], now=now)
    row.state, row.revoked_at, row.revoked_by, row.revoked_reason = "revoked", now, by, reason
    row.standing, row.finding = "", {}
    row.save()
    let_know(row.kind, {row.firm_id}, now=now)
    Word.objects.create(
        licence=row, firm_id=row.firm_id, kind="revoked", until=row.valid_until, facts={"words": reason},
        at=now, mail_at=now,
    )  # fmt: skip
    return row


@transaction.atomic
def issue_current(licence_id: int, *, by: Person, now: datetime) -> Credential:
    """Make out the e-licence of the present term, once; for one that came to the register on paper.

    Raises Refusal: `unknown-licence`, `licence-not-valid`.
    """
    row = _locked(licence_id)
    licence_for(licence_id, by, at=now)
    there = Credential.objects.filter(licence=row, until=row.valid_until).first()
    if there is not None:
        return there
    if row.state != "valid":
        raise refuse(
            "licence-not-valid", f"{row.number} is not in force", hint="nothing can be issued for it"
        )
    kind = packs.current().licences.kind(row.kind)
    due = Due(*Licence.objects.filter(pk=row.pk).values_list(*DUE_COLUMNS).get())
    made = made_out(
        due,
        kind,
        valid_from=row.valid_from,
        until=row.valid_until,
        signer=signer(now=now),
        issuer=issuer(),
        now=now,
    )
    made.save()
    return made


def mark_seen(words: Sequence[Word], *, now: datetime) -> None:
    """Note that the holder has seen these."""
    unseen = [word.pk for word in words if word.seen_at is None]
    if unseen:
        Word.objects.filter(pk__in=unseen, seen_at=None).update(seen_at=now)


def _locked(licence_id: int) -> Licence:
    row = Licence.objects.select_for_update(of=("self",)).select_related("firm").filter(pk=licence_id).first()
    if row is None:
        raise unknown(licence_id)
    return row


def unknown(licence_id: int) -> Refusal:
    """Return the refusal of a licence there is not, or is not this person's to see."""
    return refuse("unknown-licence", f"there is no licence {licence_id}", hint="look for it in the list")
