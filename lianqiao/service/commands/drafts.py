"""Keep what someone typed and has not sent: saved over and over, never over what another window saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lianqiao.bridge import commands
from lianqiao.bridge.models import Case
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.needs import CONTROL
from lianqiao.organization.models import Firm, Person
from lianqiao.service.models import Draft, DraftFile
from lianqiao.service.queries.drafts import unknown_draft

KEPT_DAYS = 30
MOST_DRAFTS = 100
LONGEST_JSON = 500_000
SWEPT_AT_ONCE = 500
Files = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Form:
    """Which form a draft is of."""

    mechanism: Mechanism
    step: str
    firm: Firm | None = None
    case: Case | None = None
    # how a firm brought it that an officer files for: `channel`, `visit`
    brought: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def save_draft(
    form: Form,
    *,
    typed: Mapping[str, Any],
    files: Files,
    by: Person,
    now: datetime,
    draft_id: int | None = None,
    edition: int | None = None,
) -> Draft:
    """Keep the form as it stands, anew or over an earlier saving; its files are looked over meanwhile.

    With `edition` only over that very saving: else refuses `draft-moved`. Refuses `unknown-draft`,
    `draft-too-large` and `drafts-too-many`. Each saving moves the day it expires.
    """
    plain = _plain(typed)
    if len(json.dumps([plain, files], ensure_ascii=False)) > LONGEST_JSON:
        raise refuse("draft-too-large", "too much text for a draft", hint="put it into a file")
    draft = _begun(form, by, now) if draft_id is None else _locked(draft_id, by, edition)
    draft.firm, draft.typed, draft.brought = form.firm, plain, dict(form.brought) or None
    draft.files = {name: list(some) for name, some in files.items() if some}
    draft.title = " ".join(str(plain.get(form.mechanism.subject) or "").split())[:200]
    draft.saved_at, draft.expires_at = now, now + timedelta(days=KEPT_DAYS)
    draft.save()
    _name_files(draft)
    fields = form.mechanism.fields
    found = [(fields[name], file) for name, some in draft.files.items() if name in fields for file in some]
    commands.look_into(found, by=by, now=now)
    return draft


def delete_draft(draft_id: int, *, by: Person, edition: int | None = None) -> None:
    """Remove a draft; with `edition` only that very saving. Refuses `unknown-draft` and `draft-moved`."""
    with transaction.atomic():
        _locked(draft_id, by, edition).delete()


def forget_sent(draft_id: int, *, by: Person, edition: int) -> bool:
    """Remove the draft of a form that was sent; one that another window went on with stays. True if gone."""
    gone, _ = Draft.objects.filter(pk=draft_id, person=by, edition=edition).delete()
    return bool(gone)


def sweep_drafts(*, now: datetime) -> int:
    """Remove drafts nobody saved for a month; returns how many. Their files go as files nobody named do."""
    old = Draft.objects.filter(expires_at__lte=now).values_list("pk", flat=True)
    ids = list(old[:SWEPT_AT_ONCE])
    if ids:
        Draft.objects.filter(pk__in=ids).delete()
    return len(ids)


def _begun(form: Form, by: Person, now: datetime) -> Draft:
    if Draft.objects.filter(person=by).count() >= MOST_DRAFTS:
        raise refuse("drafts-too-many", "too many drafts", hint="delete some", most=str(MOST_DRAFTS))
    return Draft(person=by, case=form.case, mechanism=form.mechanism.id, step=form.step, made_at=now)


def _locked(draft_id: int, by: Person, edition: int | None) -> Draft:
    draft = Draft.objects.select_for_update().filter(pk=draft_id, person=by).first()
    if draft is None:
        raise unknown_draft(draft_id)
    if edition is not None and edition != draft.edition:
        raise refuse(
            "draft-moved",
            "the draft was saved elsewhere since",
            hint="read it again, or save this as another draft",
            at=draft.saved_at.isoformat(),
        )
    draft.edition += 1
    return draft


def _name_files(draft: Draft) -> None:
    wanted = {file["sha256"] for some in draft.files.values() for file in some}
    there = set(DraftFile.objects.filter(draft=draft).values_list("sha256", flat=True))
    DraftFile.objects.filter(draft=draft, sha256__in=there - wanted).delete()
    DraftFile.objects.bulk_create([DraftFile(draft=draft, sha256=one) for one in sorted(wanted - there)])


def _plain(value: Any) -> Any:
    """Return the typing as both databases hold it: without zero bytes and half characters."""
    if isinstance(value, str):
        return "\n".join(CONTROL.sub("", line) for line in value.replace("\r\n", "\n").split("\n"))
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
