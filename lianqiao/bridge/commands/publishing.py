"""Let a version of a promise out, put it in force on its day, withdraw it: all by hand of two people.

What is published never changes. Cases keep the version they were opened under, so a version withdrawn is
served on to those that run; only new cases are no longer opened under it.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from lianqiao.bridge import chain, packs, publications
from lianqiao.bridge.models import PackEdition, Publication
from lianqiao.bridge.pack_files import load_pack
from lianqiao.bridge.queries import publications as queries
from lianqiao.engine.check import check_pack
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.organization.commands.authority import require_leader
from lianqiao.organization.models import Person

LONGEST_NOTE = 300
log = logging.getLogger(__name__)


def publish(
    text: str,
    *,
    written_by: Person,
    by: Person,
    note: str,
    now: datetime,
    effective_at: datetime | None = None,
) -> Publication:
    """Publish a promise's text as the next version; it counts at once, or from `effective_at` on.

    Raises Refusal: `leader-only`, `same-person` where the writer would publish it, `note-missing`,
    `version-taken`, and every problem of the check.
    """
    mechanism, problems = queries.checked(text, place="draft")
    if mechanism is None or problems:
        _require_second(written_by, by, now=now)
        raise Refusal(*problems)
    made = _draft_of(text, mechanism.id, written_by=written_by, by=by, note=note, now=now, since=effective_at)
    with transaction.atomic():
        _locked_edition()
        expected = queries.next_version(mechanism.id)
        if mechanism.version != expected:
            raise refuse(
                "version-taken",
                f"the next version of “{mechanism.id}” is {expected}",
                place="version",
                hint=f"write version = {expected}",
                version=str(expected),
            )
        made.version = mechanism.version
        return _let_out(made)


def publish_policy(
    text: str,
    *,
    written_by: Person,
    by: Person,
    note: str,
    now: datetime,
    effective_at: datetime | None = None,
) -> Publication:
    """Publish a policy's text in place of what the pack or an earlier publication says under its id.

    Raises Refusal: `leader-only`, `same-person`, `note-missing`, and every problem of the check.
    """
    policy, _, problems = queries.checked_policy(text, place="draft")
    if policy is None or problems:
        _require_second(written_by, by, now=now)
        raise Refusal(*problems)
    made = _draft_of(text, policy.id, written_by=written_by, by=by, note=note, now=now, since=effective_at)
    made.kind = Publication.Kind.POLICY
    with transaction.atomic():
        _locked_edition()
        made.version = queries.next_policy_version(policy.id)
        return _let_out(made)


def _require_second(written_by: Person, by: Person, *, now: datetime) -> None:
    require_leader(by, now=now)
    if by.pk == written_by.pk:
        raise refuse("same-person", "whoever wrote it does not publish it", hint="ask a second person")


def _draft_of(
    text: str,
    called: str,
    *,
    written_by: Person,
    by: Person,
    note: str,
    now: datetime,
    since: datetime | None,
) -> Publication:
    """Return what is to be published, without its number yet; refuses as `publish`."""
    _require_second(written_by, by, now=now)
    return Publication(
        mechanism=called,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        note=_said(note),
        written_by=written_by,
        published_by=by,
        published_at=now,
        effective_at=max(now, since or now),
    )


def _let_out(made: Publication) -> Publication:
    """Chain a version to those before it and write it; in force at once where its moment has come."""
    before = Publication.objects.order_by("-pk").values_list("head", flat=True).first()
    made.head = queries.head_after(before or chain.FIRST, made)
    if made.effective_at <= made.published_at:
        made.in_force_at = made.published_at
        _changed()
    made.save()
    return made


def take_effect(*, now: datetime) -> int:
    """Put in force what was published for a day that has come; returns how many.

    What no longer passes the check, since the district's files changed meanwhile, is held back with the
    reasons; the pack served stays whole.
    """
    done = 0
    for key in list(queries.waiting_to_take_effect(now=now).values_list("pk", flat=True)):
        with transaction.atomic():
            _locked_edition()
            one = queries.waiting_to_take_effect(now=now).filter(pk=key).first()
            if one is None:
                continue
            problems = _problems_of(one)
            if problems:
                one.held_back = "\n".join(str(problem) for problem in problems)
                log.error("%s was to take effect and is held back: %s", one.key, one.held_back)
            else:
                one.in_force_at = now
                _changed()
                done += 1
            one.save(update_fields=["in_force_at", "held_back"])
        # what comes into force next is checked beside it
        publications.look_again()
    return done


def withdraw(key: str, *, by: Person, reason: str, now: datetime) -> Publication:
    """Withdraw a published version: no new case is opened under it, those that run keep it.

    Raises Refusal: `leader-only`, `unknown-publication`, `withdrawn-already`, `note-missing`, and the
    problems the pack would have without it.
    """
    require_leader(by, now=now)
    reason = _said(reason)
    with transaction.atomic():
        _locked_edition()
        made = queries.publication(key)
        if made.withdrawn_at:
            raise refuse("withdrawn-already", f"{key} was withdrawn already", hint="nothing is left to do")
        if made.in_force_at and made.kind == Publication.Kind.MECHANISM:
            problems = check_pack(queries.without(packs.current(), key))
            if problems:
                raise Refusal(*problems)
        made.withdrawn_at, made.withdrawn_by, made.withdrawn_why = now, by, reason
        made.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
        if made.in_force_at:
            if made.kind == Publication.Kind.POLICY:
                # what stood before it stands again; others may rest on what only this one said
                load_pack(settings.ENVIRONMENT.district, publications.read_in_force())
            _changed()
    return made


def _problems_of(one: Publication) -> list[Problem]:
    if one.kind == Publication.Kind.POLICY:
        return queries.checked_policy(one.text, place=one.key)[2]
    return queries.checked(one.text, place=one.key)[1]


def _said(note: str) -> str:
    note = note.strip()
    if not note or len(note) > LONGEST_NOTE:
        raise refuse(
            "note-missing",
            f"say why in 1 to {LONGEST_NOTE} characters",
            place="note",
            hint="it stays beside the version",
            limit=str(LONGEST_NOTE),
        )
    return note


def _locked_edition() -> None:
    """Hold the row of the edition: one at a time changes what is in force."""
    PackEdition.objects.get_or_create(pk=1)
    PackEdition.objects.select_for_update().get(pk=1)


def _changed() -> None:
    PackEdition.objects.filter(pk=1).update(number=F("number") + 1)
    transaction.on_commit(publications.look_again)
