"""What was published: versions with who, when, whether they count, and whether their row is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import Count, QuerySet

from lianqiao.bridge import chain, packs
from lianqiao.bridge.models import Case, Publication
from lianqiao.engine.beijing import beijing
from lianqiao.engine.check import check_pack
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.pack import Pack
from lianqiao.engine.policy.checking import check_policies
from lianqiao.engine.policy.reading import PolicySet, is_for_benefits, read_policies
from lianqiao.engine.policy.shape import BenefitPolicy


def publications(mechanism: str = "", *, kind: str = Publication.Kind.MECHANISM) -> QuerySet[Publication]:
    """Return the versions of promises (or of policies) published, the newest first."""
    found = Publication.objects.select_related("written_by", "published_by", "withdrawn_by")
    found = found.filter(kind=kind)
    return (found.filter(mechanism=mechanism) if mechanism else found).order_by("-published_at", "-pk")


def publication(key: str) -> Publication:
    """Return the version `id@2` (or `policy:id@2`) published here. Raises Refusal `unknown-publication`."""
    kind, _, called = key.rpartition(":")
    mechanism, _, version = called.partition("@")
    rows = publications(mechanism, kind=kind or Publication.Kind.MECHANISM)
    found = rows.filter(version=int(version)).first() if version.isdecimal() and mechanism else None
    if found is None:
        raise refuse(
            "unknown-publication", f"“{key}” was not published here", hint="see the list of versions"
        )
    return found


def next_version(mechanism: str) -> int:
    """Return the number of the next version: one more than any in the files or published."""
    known = [one.version for one in packs.current().mechanisms.values() if one.id == mechanism]
    made = publications(mechanism).values_list("version", flat=True)
    return max([*known, *made], default=0) + 1


def next_policy_version(policy: str) -> int:
    """Return the number of a policy's next publication; its file in the pack is none."""
    made = publications(policy, kind=Publication.Kind.POLICY).values_list("version", flat=True)
    return max(made, default=0) + 1


def checked_policy(text: str, *, place: str) -> tuple[BenefitPolicy | None, PolicySet, list[Problem]]:
    """Return the policy a text is, all policies with it, and every problem it would bring among them."""
    pack = packs.current()
    try:
        policy = read(BenefitPolicy, text, place)
    except Refusal as refusal:
        return None, pack.benefits, list(refusal.problems)
    file = f"policies/{policy.id}.toml"
    texts = {path: one for path, one in pack.texts.items() if _of_benefits(path, one)} | {file: text}
    try:
        policies = read_policies(texts)
    except Refusal as refusal:
        return policy, pack.benefits, [_at(problem, file, place) for problem in refusal.problems]
    return policy, policies, [_at(problem, file, place) for problem in check_policies(policies)]


def _of_benefits(path: str, text: str) -> bool:
    return path.startswith("policies/") and path.endswith(".toml") and is_for_benefits(text)


def _at(problem: Problem, file: str, place: str) -> Problem:
    """Return a problem of the file as one of the text that is being written."""
    if not problem.place.startswith(file):
        return problem
    return replace(problem, place=place + problem.place.removeprefix(file))


def checked(text: str, *, place: str) -> tuple[Mechanism | None, list[Problem]]:
    """Return the promise a text is, None where it is none, and every problem it would bring into the pack."""
    try:
        mechanism = read(Mechanism, text, place)
    except Refusal as refusal:
        return None, list(refusal.problems)
    return mechanism, check_pack(beside(packs.current(), mechanism, place))


def beside(pack: Pack, mechanism: Mechanism, place: str) -> Pack:
    """Return the pack with a promise added to it."""
    return replace(
        pack,
        mechanisms={**pack.mechanisms, mechanism.key: mechanism},
        files={**pack.files, mechanism.key: place},
        withdrawn=pack.withdrawn - {mechanism.key},
    )


def without(pack: Pack, key: str) -> Pack:
    """Return the pack as it is once no new case is opened under a version."""
    return replace(pack, withdrawn=pack.withdrawn | {key})


def open_by_version(mechanism: str) -> dict[int, int]:
    """Return how many cases of a promise are open, by the version they run under."""
    still = Case.objects.filter(mechanism=mechanism, closed_at=None).order_by()
    return dict(still.values("version").annotate(count=Count("pk")).values_list("version", "count"))


def spans_s(mechanism: str, *, newest: int) -> list[float]:
    """Return how long the cases that ended last took from filing to the end, in seconds."""
    ended = Case.objects.filter(mechanism=mechanism, closed_at__isnull=False).order_by("-closed_at")
    spans = ended.values_list("opened_at", "closed_at")[:newest]
    return [(closed - opened).total_seconds() for opened, closed in spans if closed]


def opened_since(mechanism: str, since: datetime) -> int:
    """Return how many cases of a promise were opened since a moment."""
    return Case.objects.filter(mechanism=mechanism, opened_at__gte=since).count()


def head_after(before: str, publication: Publication) -> str:
    """Return the hash that chains a version to the one published before it."""
    at = beijing(publication.published_at).isoformat(timespec="microseconds")
    told = "\n".join((before, publication.key, publication.sha256, at))
    return hashlib.sha256(told.encode()).hexdigest()


def publication_problems(rows: Iterable[Publication] | None = None) -> list[Problem]:
    """Return what is wrong with what was published: a text altered, a version taken away."""
    problems: list[Problem] = []
    before = chain.FIRST
    for one in Publication.objects.order_by("pk") if rows is None else rows:
        whole = hashlib.sha256(one.text.encode()).hexdigest() == one.sha256
        if not whole or head_after(before, one) != one.head:
            problems.append(
                Problem(
                    "publication-altered",
                    "the published text or its place in the row is not what it was",
                    place=f"{one.key} (published)",
                    hint="restore it from a backup",
                    facts={"key": one.key},
                )
            )
        before = one.head
    return problems


def waiting_to_take_effect(*, now: datetime) -> QuerySet[Publication]:
    """Return the versions whose day has come and that are not in force yet."""
    return Publication.objects.filter(
        in_force_at=None, withdrawn_at=None, held_back="", effective_at__lte=now
    ).order_by("effective_at", "pk")
