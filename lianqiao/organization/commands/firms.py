"""Firms are entered, and people come to act for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.identifiers import checked_credit_code
from lianqiao.organization.commands.authority import locked_people, require_active, require_window
from lianqiao.organization.commands.tracing import trace, trace_many
from lianqiao.organization.models import Firm, Membership, Person, Region
from lianqiao.organization.queries.firms import administers, region_at
from lianqiao.organization.queries.in_force import in_force

# What a firm's name carries besides what people call it: place before, legal form after.
_PLACE = re.compile(r"^([\u4e00-\u9fff]{2,7}?(省|自治区|特别行政区))?([\u4e00-\u9fff]{2,7}?市)?")
_BRACKETS = re.compile(r"[（(].*?[）)]")
_FORM = re.compile(r"(集团)?(股份有限公司|有限责任公司|有限公司|分公司|公司)$")


@transaction.atomic
def register_firm(
    credit_code: str,
    *,
    name: str,
    actor: Person | None,
    now: datetime,
    short_name: str = "",
    region_code: str = "",
    address: str = "",
    email: str = "",
    registered_capital_fen: int | None = None,
    example: bool = False,
) -> Firm:
    """Enter a firm under its unified social credit code; the short name defaults to the distinctive part.

    Raises Refusal: `window-only`, the codes of `checked_credit_code`, `firm-exists`, `firm-name-missing`,
    `firm-name-long`, `firm-email`, `firm-capital`, `region-unknown`.
    """
    require_window(actor, now=now)
    problems: list[Problem] = []
    code = _code(credit_code, problems)
    region = _region(region_code, problems, now=now)
    firm = Firm(
        credit_code=code,
        name=name.strip(),
        short_name=short_name.strip() or short_firm_name(name.strip())[:60],
        region=region,
        address=address.strip(),
        email=email.strip(),
        registered_capital_fen=registered_capital_fen,
        example=example,
    )
    problems += _firm_problems(firm)
    if problems:
        raise Refusal(*problems)
    try:
        with transaction.atomic():
            firm.save()
    except IntegrityError:
        raise _firm_exists(code) from None
    trace("register-firm", firm, actor=actor, now=now, credit_code=code, name=firm.name)
    return firm


@transaction.atomic
def register_firms(
    entries: Iterable[tuple[str, str, str]],
    *,
    actor: Person | None,
    now: datetime,
    region_code: str = "",
    example: bool = False,
) -> list[Firm]:
    """Enter many firms at once, each given as (credit code, name, short name); all or none.

    Raises Refusal: `window-only`, the codes of `checked_credit_code`, `region-unknown`, `firm-exists`.
    """
    require_window(actor, now=now)
    problems: list[Problem] = []
    region = _region(region_code, problems, now=now)
    firms = [
        Firm(
            credit_code=_code(code, problems),
            name=name.strip(),
            short_name=short.strip() or short_firm_name(name.strip())[:60],
            region=region,
            example=example,
        )
        for code, name, short in entries
    ]
    if problems:
        raise Refusal(*problems)
    try:
        with transaction.atomic():
            made = Firm.objects.bulk_create(firms, batch_size=200)
    except IntegrityError:
        raise refuse("firm-exists", "one of these firms is registered already") from None
    trace_many(
        "register-firm",
        [(firm, {"credit_code": firm.credit_code, "name": firm.name}) for firm in made],
        actor=actor,
        now=now,
    )
    return made


@transaction.atomic
def join_firm(
    person_id: int,
    *,
    firm_id: int,
    role: str,
    actor: Person | None,
    now: datetime,
    until: datetime | None = None,
) -> Membership:
    """Let a person act for a firm from now on; the firm's administrator may do so, or the service window.

    Raises Refusal: `window-only`, `person-unknown`, `person-inactive`, `firm-unknown`, `membership-role`,
    `membership-span`, `membership-held`.
    """
    if actor is None or not (actor.is_active and administers(actor.pk, firm_id, at=now)):
        require_window(actor, now=now)
    person = locked_people([person_id])[person_id]
    require_active(person)
    firm = Firm.objects.filter(id=firm_id).first()
    if firm is None:
        raise refuse(
            "firm-unknown", f"there is no firm {firm_id}", hint="choose one from the list", firm=str(firm_id)
        )
    if role not in Membership.Role.values:
        known = ", ".join(Membership.Role.values)
        raise refuse(
            "membership-role", f"“{role}” is not a role", hint=f"one of {known}", role=role, known=known
        )
    if until is not None and until <= now:
        raise refuse(
            "membership-span", "it would end before it begins", place="until", hint="put the end later"
        )
    _refuse_held(person, firm, now=now)
    made = Membership.objects.create(person=person, firm=firm, role=role, since=now, until=until)
    trace("join-firm", made, actor=actor, now=now, person_id=person_id, firm_id=firm_id, role=role)
    return made


@transaction.atomic
def leave_firm(membership_id: int, *, actor: Person | None, now: datetime) -> Membership:
    """End a person's acting for a firm now; ending what has ended changes nothing.

    Anyone may end their own. Raises Refusal: `window-only`, `membership-unknown`, `last-administrator` for
    the firm's people: only the window leaves a firm without one.
    """
    made = Membership.objects.select_for_update().filter(id=membership_id).first()
    if made is None:
        raise refuse(
            "membership-unknown", f"there is no membership {membership_id}", hint="choose from the list"
        )
    if actor is not None and actor.is_active and _ones_own(made, actor, now=now):
        _require_other_administrator(made, now=now)
    else:
        require_window(actor, now=now)
    if made.until is None or made.until > now:
        made.until = now
        made.save(update_fields=["until"])
        trace("leave-firm", made, actor=actor, now=now, person_id=made.person_id, firm_id=made.firm_id)
    return made


def _ones_own(made: Membership, actor: Person, *, now: datetime) -> bool:
    return made.person_id == actor.pk or administers(actor.pk, made.firm_id, at=now)


def _require_other_administrator(made: Membership, *, now: datetime) -> None:
    """Raise Refusal `last-administrator` where a firm would be left without one."""
    if made.role != Membership.Role.ADMINISTRATOR:
        return
    rows = Membership.objects.select_for_update().filter(in_force(now), firm_id=made.firm_id)
    others = [one for one in rows.order_by("id") if one.role == made.role and one.pk != made.pk]
    if not others:
        raise refuse(
            "last-administrator",
            "this is the firm's last administrator",
            hint="hand the administration over first",
        )


def short_firm_name(name: str) -> str:
    """Return the distinctive part of a firm's name: without province, city, brackets and legal form."""
    short = _FORM.sub("", _PLACE.sub("", _BRACKETS.sub("", name)))
    return short or name


def _code(credit_code: str, problems: list[Problem]) -> str:
    try:
        code = checked_credit_code(credit_code)
    except Refusal as refusal:
        problems.extend(refusal.problems)
        return ""
    if Firm.objects.filter(credit_code=code).exists():
        problems.extend(_firm_exists(code).problems)
    return code


def _region(region_code: str, problems: list[Problem], *, now: datetime) -> Region | None:
    if not region_code.strip():
        return None
    region = region_at(region_code.strip(), on=localdate(now))
    if region is None:
        problems.append(
            Problem(
                "region-unknown",
                f"no division has the code {region_code} today",
                place="region_code",
                hint="codes change: look for the place by its name",
                facts={"code": region_code},
            )
        )
    return region


def _firm_problems(firm: Firm) -> list[Problem]:
    problems = []
    if not firm.name:
        problems.append(
            Problem("firm-name-missing", "the firm has no name", place="name", hint="as on the licence")
        )
    if len(firm.name) > 200:
        problems.append(
            Problem(
                "firm-name-long", "the name is longer than 200 characters", place="name", hint="shorten it"
            )
        )
    if firm.registered_capital_fen is not None and not 0 <= firm.registered_capital_fen < 2**63:
        problems.append(
            Problem(
                "firm-capital", "capital is zero or more", place="registered_capital_fen", hint="in whole fen"
            )
        )
    try:
        if firm.email:
            validate_email(firm.email)
    except ValidationError:
        problems.append(
            Problem(
                "firm-email",
                f"“{firm.email}” is no e-mail address",
                place="email",
                hint="such as name@firm.cn",
                facts={"email": firm.email},
            )
        )
    return problems


def _firm_exists(code: str) -> Refusal:
    firm = Firm.objects.filter(credit_code=code).first()
    name = firm.name if firm else ""
    return refuse(
        "firm-exists",
        f"the code {code} belongs to {name}, which is entered already",
        place="credit_code",
        hint="ask its administrator, or the service window, to let you act for it",
        credit_code=code,
        name=name,
    )


def _refuse_held(person: Person, firm: Firm, *, now: datetime) -> None:
    # one that ended in the meantime is not in the way; one that will end is
    rows = Membership.objects.filter(person=person, firm=firm)
    if any(made.until is None or made.until > now for made in rows):
        raise refuse(
            "membership-held",
            f"{person.name} acts for {firm.name} already",
            hint="end that first, to change the role",
            name=person.name,
            firm=firm.name,
        )
