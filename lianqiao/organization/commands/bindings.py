"""People ask to act for a firm; a clerk of the window or the firm's administrator decides."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.identifiers import checked_credit_code
from lianqiao.organization.commands.authority import require_active, require_window
from lianqiao.organization.commands.firms import join_firm, register_firm
from lianqiao.organization.commands.letters import write_letter
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import BindingRequest, Decision, Firm, Letter, Membership, Person
from lianqiao.organization.queries.firms import acts_for, administers, firm_by_code

MOST_PENDING = 10


@transaction.atomic
def ask_binding(
    person: Person, *, credit_code: str, firm_name: str, note: str = "", now: datetime
) -> BindingRequest:
    """Ask to act for the firm with a credit code, entered already or not.

    Raises Refusal: the codes of `checked_credit_code`, `firm-name-missing`, `firm-name-long`,
    `membership-held`, `binding-pending`, `bindings-too-many`.
    """
    require_active(person)
    code, problems = "", []
    try:
        code = checked_credit_code(credit_code)
    except Refusal as refusal:
        problems += [_beside(problem, "credit_code") for problem in refusal.problems]
    problems += _name_problems(firm_name.strip())
    if problems:
        raise Refusal(*problems)
    firm = firm_by_code(code)
    if firm is not None and acts_for(person.pk, firm.pk, at=now):
        raise _held(person, firm)
    pending = BindingRequest.objects.filter(person=person, state=Decision.PENDING)
    if pending.count() >= MOST_PENDING:
        most = str(MOST_PENDING)
        raise refuse("bindings-too-many", f"{most} requests wait already", hint="wait for these", most=most)
    try:
        with transaction.atomic():
            made = BindingRequest.objects.create(
                person=person,
                credit_code=code,
                firm_name=firm_name.strip(),
                note=note.strip()[:500],
                made_at=now,
            )
    except IntegrityError:
        raise refuse(
            "binding-pending",
            "you asked for this firm already",
            place="credit_code",
            hint="wait for the answer",
        ) from None
    trace("ask-binding", made, actor=person, now=now, credit_code=code)
    return made


@transaction.atomic
def withdraw_binding(request_id: int, *, actor: Person, now: datetime) -> BindingRequest:
    """Take one's request back; raises Refusal `request-unknown`, `request-decided`."""
    made = _pending(request_id, of=actor)
    return _decided(made, Decision.WITHDRAWN, "", actor=actor, now=now)


@transaction.atomic
def decide_binding(
    request_id: int,
    *,
    accept: bool,
    actor: Person | None,
    now: datetime,
    role: str = Membership.Role.AGENT,
    firm_name: str = "",
    reason: str = "",
) -> BindingRequest:
    """Let the person act for the firm, or refuse with a reason; they are told by mail.

    A clerk may do so for any firm, and enters one that is new under `firm_name` or the name the person gave;
    its administrator for the own. Raises Refusal: `request-unknown`, `request-decided`, `window-only`,
    `reason-missing`, and those of `register_firm` and `join_firm`.
    """
    made = _pending(request_id)
    firm = firm_by_code(made.credit_code)
    if firm is None or actor is None or not administers(actor.pk, firm.pk, at=now):
        require_window(actor, now=now)
    if not accept:
        if not reason.strip():
            raise refuse("reason-missing", "no reason was given", place="reason", hint="the person reads it")
        return _decided(made, Decision.REFUSED, reason, actor=actor, now=now)
    if firm is None:
        name = firm_name.strip() or made.firm_name
        firm = register_firm(made.credit_code, name=name, actor=actor, now=now, example=made.person.example)
    made.membership = join_firm(made.person_id, firm_id=firm.pk, role=role, actor=actor, now=now)
    return _decided(made, Decision.ACCEPTED, reason, actor=actor, now=now)


def _pending(request_id: int, *, of: Person | None = None) -> BindingRequest:
    rows = BindingRequest.objects.select_for_update(of=("self",)).select_related("person")
    made = rows.filter(pk=request_id, **({"person": of} if of else {})).first()
    if made is None:
        raise refuse("request-unknown", f"there is no request {request_id}", hint="look at the list")
    if made.state != Decision.PENDING:
        raise refuse("request-decided", "it was decided already", hint="look at the list")
    return made


def _decided(
    made: BindingRequest, state: str, reason: str, *, actor: Person | None, now: datetime
) -> BindingRequest:
    made.state, made.reason, made.decided_by, made.decided_at = state, reason.strip()[:200], actor, now
    made.save()
    trace("decide-binding", made, actor=actor, now=now, state=str(state), credit_code=made.credit_code)
    kind = {Decision.ACCEPTED: Letter.Kind.BOUND, Decision.REFUSED: Letter.Kind.NOT_BOUND}.get(
        Decision(state)
    )
    if kind is not None and made.person.email:
        write_letter(
            kind,
            email=made.person.email,
            person=made.person,
            now=now,
            data={"firm": made.firm_name, "reason": made.reason},
        )
    return made


def _name_problems(name: str) -> list[Problem]:
    if not name:
        return [Problem("firm-name-missing", "the firm has no name", place="firm_name", hint="as licensed")]
    if len(name) > 200:
        return [Problem("firm-name-long", "the name is too long", place="firm_name", hint="shorten it")]
    return []


def _beside(problem: Problem, field: str) -> Problem:
    return Problem(problem.code, problem.reason, place=field, hint=problem.hint, facts=problem.facts)


def _held(person: Person, firm: Firm) -> Refusal:
    return refuse(
        "membership-held",
        f"{person.name} acts for {firm.name} already",
        place="credit_code",
        hint="end that first, to change the role",
        name=person.name,
        firm=firm.name,
    )
