"""A case, its row in a list and its log as the caller may see them; what they may not read is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from lianqiao.bridge import packs, queries
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import CaseSeen
from lianqiao.bridge.wording import HOLDS, LEVELS
from lianqiao.engine.case import possible_steps
from lianqiao.engine.case_state import Body
from lianqiao.engine.masking import masked_numbers
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.pack import Pack
from lianqiao.organization import queries as organization
from lianqiao.organization.api.shapes import PersonShown, firm_shown, person_shown
from lianqiao.service.api.clocks_shown import clocks_shown
from lianqiao.service.api.shapes import (
    CaseRow,
    CaseShown,
    DocumentShown,
    Effect,
    LogEntry,
    Part,
    PromiseRef,
    Titled,
)
from lianqiao.service.language import in_words
from lianqiao.service.queries.case_lists import GRAVITY, promise_title


def case_row(case: Case, standing: str) -> CaseRow:
    """Return the case as lists show it; asks the database nothing, firm and holder must be read with it."""
    return CaseRow(**_row(case, packs.current(), standing))


def case_shown(seen: CaseSeen, *, now: datetime) -> CaseShown:
    """Return the case as its reader may see it, in at most three database queries."""
    case, mechanism = seen.case, seen.mechanism
    shown, withheld = _data(seen)
    acts = possible_steps(mechanism, seen.state, seen.roles)
    had = list(case.promises.all())
    standings = {one.clock: queries.standing_of(one, now=now) for one in had}
    owed = {one.clock for one in had if case.closed_at is not None or not one.result}
    return CaseShown(
        **_row(case, packs.current(), _worst(case, {standings[clock] for clock in owed})),
        seq=case.seq,
        private=seen.private,
        roles=sorted(seen.roles),
        people=_people(seen),
        data=shown,
        withheld=withheld,
        clocks=clocks_shown(seen, standings, now=now),
        acts=[Titled(id=name, title=in_words(mechanism.steps[name].title)) for name in acts],
    )


def documents_of(seen: CaseSeen, *, base: str) -> list[DocumentShown]:
    """Return every file the case holds, by field, with its address below `base`; none for a mere onlooker."""
    if not seen.private:
        return []
    files = [
        (name, file)
        for name, field in seen.mechanism.fields.items()
        if field.type == "file"
        for file in seen.state.data.get(name, ())
    ]
    return [
        DocumentShown(
            **file,
            field=name,
            url=f"{base}/cases/{seen.case.number}/documents/{file['sha256']}/{quote(file['name'], safe='')}",
            state=seen.contents[file["sha256"]].state,
            previews=list(seen.contents[file["sha256"]].pictures),
        )
        for name, file in files
    ]


def log_entry(case: Case, *, seq: int, at: datetime, who: str, body: Body, private: bool) -> LogEntry:
    """Return one entry of a case's log; `private` says whether its reader may read what was written."""
    mechanism = packs.current().mechanisms.get(f"{case.mechanism}@{case.version}")
    kind, name, title = _told(body, mechanism)
    role = mechanism.roles.get(body.get("role", "")) if mechanism else None
    return LogEntry(
        case=case.number,
        seq=seq,
        at=at,
        kind=kind,
        name=name,
        title=title,
        who=who,
        on_behalf_of=case.firm.name if case.firm and queries.acted_on_behalf(body) else "",
        role=in_words(role.title) if role else "",
        via=body.get("via", ""),
        entered=_states(mechanism, body.get("enter", ())),
        left=_states(mechanism, body.get("leave", ())),
        clocks=[_effect(clock, run) for clock, run in body.get("clocks", {}).items()],
        outcome=body.get("outcome", ""),
        data=_brought(body) if private else None,
        note=_note(body) if private else "",
    )


def masked(value: Any) -> Any:
    """Return a value with the numbers of people masked in its texts; files stay as they are."""
    if isinstance(value, str):
        return masked_numbers(value)
    if isinstance(value, dict) and "sha256" not in value:
        return {name: masked(one) for name, one in value.items()}
    return [masked(one) for one in value] if isinstance(value, (list, tuple)) else value


def _worst(case: Case, found: set[str]) -> str:
    return next((word for word in GRAVITY if word in found), "waiting" if case.closed_at is None else "ended")


def _brought(body: Body) -> dict[str, Any]:
    """Return what an entry brought: the data of a step, or what a message, a rating, a document says."""
    if "data" in body or "act" not in body:
        return {name: masked(value) for name, value in body.get("data", {}).items()}
    return {
        name: masked(body[name])
        for name in ("text", "files", "grade", "words", "code", "name")
        if name in body
    }


def _note(body: Body) -> str:
    # why the work moved is its name already
    said = body.get("note") or (body.get("reason") if body.get("act") == "rebase" else "") or ""
    return masked_numbers(str(said))


def _told(body: Body, mechanism: Mechanism | None) -> tuple[str, str, str]:
    """Return (kind, name, title) of an entry."""
    if name := body.get("step"):
        return "step", name, _step_title(mechanism, name)
    act = str(body["act"])
    tell = _TELLERS.get(act)
    return (act, *tell(body, mechanism)) if tell else (act, act, act)


def _step_title(mechanism: Mechanism | None, name: str) -> str:
    step = mechanism.steps.get(name) if mechanism else None
    return in_words(step.title) if step else name


def _rung(body: Body, mechanism: Mechanism | None) -> tuple[str, str]:
    clock = mechanism.clocks.get(body["clock"]) if mechanism else None
    title = in_words(clock.title) if clock else body["clock"]
    return body["level"], _(LEVELS[body["level"]]) % {"clock": title}


def _hold(body: Body, mechanism: Mechanism | None) -> tuple[str, str]:
    reason = body["reason"]
    return reason, _(HOLDS[reason]) if reason in HOLDS else reason


def _rebase(body: Body, mechanism: Mechanism | None) -> tuple[str, str]:
    to = body["mechanism"]
    return to, _("Moved to %(version)s of the promise") % {"version": to}


def _issue(body: Body, mechanism: Mechanism | None) -> tuple[str, str]:
    decided = body["decided"]
    return decided, _("Document made out: %(step)s") % {"step": _step_title(mechanism, decided)}


_TELLERS: dict[str, Callable[[Body, Mechanism | None], tuple[str, str]]] = {
    "rung": _rung,
    "hold": _hold,
    "rebase": _rebase,
    "issue": _issue,
    "recompute": lambda body, _m: (body["reason"], _("A new calendar notice moved a due time")),
    "note": lambda _body, _m: ("note", _("Message")),
    "rate": lambda _body, _m: ("rate", _("The firm rated this case")),
}


def _effect(clock: str, run: Mapping[str, Any]) -> Effect:
    promise = run["promise"]
    return Effect(clock=clock, state=promise["state"], result=run["result"], due=promise["due"])


def _row(case: Case, pack: Pack, standing: str) -> dict[str, Any]:
    mechanism = pack.mechanisms.get(f"{case.mechanism}@{case.version}")
    title = promise_title(pack, case.mechanism)
    return {
        "number": case.number,
        "title": case.title,
        "promise": PromiseRef(id=case.mechanism, version=case.version, title=title),
        "firm": firm_shown(case.firm) if case.firm else None,
        "states": _states(mechanism, (name for name in case.marking.split(",") if name)),
        "standing": standing,
        "waits_for": case.waits_for,
        "holder": person_shown(case.holder) if case.holder else None,
        "due": case.due_at,
        "opened_at": case.opened_at,
        "last_at": case.last_at,
        "closed_at": case.closed_at,
        "outcome": case.outcome,
        "progress_code": case.progress_code,
        "channel": case.channel,
        "example": case.example or bool(mechanism and mechanism.example),
    }


def _states(mechanism: Mechanism | None, names: Iterable[str]) -> list[Titled]:
    known = mechanism.states if mechanism else {}
    return [Titled(id=name, title=in_words(known[name].title) if name in known else name) for name in names]


def _people(seen: CaseSeen) -> list[Part]:
    owners, holders = seen.state.owners, seen.state.holders
    ids = {int(person) for person in (*owners.values(), *holders.values()) if person.isdigit()}
    names = organization.names(ids)

    def shown(person: str) -> PersonShown:
        return PersonShown(id=int(person), name=names.get(int(person), "")) if person.isdigit() else NOBODY

    return [
        Part(
            role=role,
            title=in_words(part.title),
            owner=shown(owners[role]),
            holder=shown(holders.get(role, owners[role])),
        )
        for role, part in seen.mechanism.roles.items()
        if role in owners and part.kind != "applicant"
    ]


NOBODY = PersonShown(id=0, name="")


def _data(seen: CaseSeen) -> tuple[dict[str, Any], list[str]]:
    """Return what the reader may read of the case's data, and the names of the rest."""
    fields, derived = seen.mechanism.fields, seen.mechanism.derived
    shown, withheld = {}, []
    for name, value in seen.state.data.items():
        of = fields.get(name) or derived.get(name)
        if seen.private or (of is not None and of.public):
            shown[name] = masked(value)
        else:
            withheld.append(name)
    return shown, sorted(withheld)
