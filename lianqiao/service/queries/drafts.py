"""Drafts as the person who typed them finds them again, and the files they keep."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from lianqiao.bridge.models import Case
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.models import Person
from lianqiao.service.models import Draft, DraftFile


def drafts_of(person_id: int) -> QuerySet[Draft]:
    """Return a person's drafts, the last saved first."""
    return (
        Draft.objects.filter(person_id=person_id).select_related("firm", "case").order_by("-saved_at", "-pk")
    )


def named_in_drafts(digests: set[str]) -> set[str]:
    """Return those of some files that a draft still names."""
    return set(DraftFile.objects.filter(sha256__in=digests).values_list("sha256", flat=True))


def draft_for(draft_id: int, person: Person) -> Draft:
    """Return a draft of this person's; else refuses `unknown-draft`."""
    draft = Draft.objects.select_related("firm", "case").filter(pk=draft_id, person=person).first()
    if draft is None:
        raise unknown_draft(draft_id)
    return draft


def unknown_draft(draft_id: int) -> Refusal:
    """Return the refusal for a draft that is not there or not this person's: the two read alike."""
    return refuse("unknown-draft", f"there is no draft {draft_id} of yours", hint="look at your drafts")


def draft_of_act(case: Case, step: str, person: Person) -> Draft | None:
    """Return the person's last draft of a step of a case."""
    return drafts_of(person.pk).filter(case=case, step=step).first()


def drafts_of_promise(mechanism_id: str, person: Person) -> QuerySet[Draft]:
    """Return the person's drafts of filings of a promise, the last saved first."""
    return drafts_of(person.pk).filter(mechanism=mechanism_id, case=None)


def matching(drafts: QuerySet[Draft], text: str) -> QuerySet[Draft]:
    """Return the drafts whose title, case or firm has the text."""
    if not text:
        return drafts
    return drafts.filter(
        Q(title__icontains=text) | Q(case__number__icontains=text) | Q(firm__name__icontains=text)
    )


def files_named(digests: set[str]) -> set[str]:
    """Return those of the files, by hash, that a draft names: they are not nobody's."""
    return set(DraftFile.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
