"""The demonstration's register of licences: some near their end, some that cannot be renewed, one revoked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.licences.shape import LicenceKind
from lianqiao.engine.policy.shape import Attribute
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.organization.queries import contact_of
from lianqiao.organization.queries import person as person_by_id
from lianqiao.service.demo.cast import Cast
from lianqiao.service.licences.commands.nights import run_at_once
from lianqiao.service.licences.commands.register import LicenceEntry, choose, enter_licences, revoke
from lianqiao.service.licences.models import Licence

SEED = 20261121
A_FIRM = 20
SOURCE = "示例数据"
# what is wrong with one licence in so many that near their end
WRONG = ("", "", "", "", "rectification_open", "self_check", "last_penalty")


def enter_register(cast: Cast, *, now: datetime) -> None:
    """Enter licence officers and a few hundred licences, and let one night run."""
    _officers(cast, now=now)
    kinds = list(packs.current().licences.kinds.values())
    if not kinds or not cast.firms:
        return
    entries = list(_entries(cast.firms, kinds, today=beijing(now).date()))
    enter_licences(entries, now=now)
    first = cast.firms[0]
    _unusual(first, now=now)
    run_at_once(now=now)


def _officers(cast: Cast, *, now: datetime) -> None:
    people: list[Person] = [
        organization.register_person(username, name=name, actor=None, now=now, example=True)
        for username, name in (
            ("licence-01", "示例证照台账员01"),
            ("licence-02", "示例证照台账员02"),
            ("licence-lead", "示例证照负责人"),
        )
    ]
    one, two, lead = people
    for person, code, deputy in (
        (one, "licence-officer", two),
        (two, "licence-officer", one),
        (lead, "licence-leader", one),
    ):
        organization.give_duty(person.pk, code=code, deputy_id=deputy.pk, actor=None, now=now)
    cast.people |= {person.username: person for person in people}


def _entries(firms: list[Firm], kinds: list[LicenceKind], *, today: date) -> Iterator[LicenceEntry]:
    draw = Random(SEED)  # noqa: S311 - a demonstration, always the same
    shared = packs.current().licences
    for place, firm in enumerate(firms):
        for number in range(A_FIRM):
            kind = kinds[(place * 3 + number) % len(kinds)]
            # one in six is near its end
            days = draw.randrange(5, 85) if number % 6 == 0 else draw.randrange(200, 1000)
            wrong = draw.choice(WRONG) if number % 6 == 0 else ""
            ends = today + timedelta(days=days)
            yield LicenceEntry(
                kind=kind.id,
                number=f"示例{kind.id[:2].upper()}{place + 1:02d}{number + 1:03d}",
                firm=firm,
                issued_on=ends - timedelta(days=1095),
                valid_until=ends,
                premises=f"示例新区示例路{place + 1}号",
                scope=f"示例范围（{kind.title.zh_hans}）",
                known=dict(_known(kind, shared.attributes_of(kind), wrong, today)),
                example=True,
            )


def _known(
    kind: LicenceKind, attributes: dict[str, Attribute], wrong: str, today: date
) -> Iterator[tuple[str, dict[str, Any]]]:
    told = {"source": SOURCE, "on": (today - timedelta(days=3)).isoformat()}
    against = {"particulars_changed", "rectification_open", "discharge_exceeded", "fatal_accident"}
    used = " ".join(one.when for one in kind.conditions)
    for name, attribute in attributes.items():
        if name not in used or (name == wrong == "self_check"):
            continue
        if name == "last_penalty":
            penalty = (today - timedelta(days=100)).isoformat()
            yield name, ({"value": penalty, **told} if name == wrong else {"absent": True, **told})
        elif attribute.kind == "date":
            ahead = 200 if attribute.may_be_future else -100
            yield name, {"value": (today + timedelta(days=ahead)).isoformat(), **told}
        else:
            yield name, {"value": (name in against) == (name == wrong), **told}


def _unusual(firm: Firm, *, now: datetime) -> None:
    """Let the firm's people opt out of one, and revoke another."""
    rows = list(Licence.objects.filter(firm=firm, state="valid").order_by("-valid_until")[:2])
    contact = contact_of(firm.pk, at=now)
    holder = person_by_id(contact) if contact else None
    if holder and len(rows) == 2:
        choose(rows[0].pk, out=True, by=holder, now=now)
        revoke(rows[1].pk, reason="示例：持证企业申请注销", by=None, now=now)
