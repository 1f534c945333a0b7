"""OCEL 2.0 in JSON: the log with its objects side by side, cases, firms, people, mandates, promises.

A `promise` is one clock on one case, its due time and state told as they changed; a `mandate` is the
authority of a firm by which somebody not its own acted. Two passes over the cases, so that nothing but names
and mandates is held in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from lianqiao.engine.errors import refuse
from lianqiao.engine.mining.event_log import EventLog, LogBuilder
from lianqiao.engine.mining.history import LoggedCase, LoggedEvent, LoggedMandate, PromiseChange
from lianqiao.engine.mining.time_reading import as_second

Cases = Callable[[], Iterable[LoggedCase]]
_EVENT_ATTRIBUTES = ("title", "role")
_OBJECTS = {
    "case": ("promise", "title", "outcome"),
    "firm": (),
    "person": (),
    "promise": ("clock", "state", "due", "result"),
    "mandate": ("kind", "matters", "since", "until", "revoked"),
}
_TIMES = frozenset({"due", "since", "until", "revoked"})
# a value of an object that never changes is said to hold from the beginning of time
_ALWAYS = "1970-01-01T00:00:00Z"


def ocel_pieces(cases: Cases) -> Iterator[str]:
    """Yield the log as the text of one OCEL 2.0 JSON document."""
    activities: set[str] = set()
    yield '{"objectTypes": ' + json.dumps([_type(name, names) for name, names in _OBJECTS.items()])
    yield ',\n"events": ['
    yield from _listed(_events(cases(), activities))
    yield '],\n"eventTypes": ' + json.dumps(
        [_type(name, _EVENT_ATTRIBUTES) for name in sorted(activities)], ensure_ascii=False
    )
    yield ',\n"objects": ['
    yield from _listed(_objects(cases()))
    yield "]}\n"


def _type(name: str, attributes: Iterable[str]) -> dict[str, Any]:
    return {
        "name": name,
        "attributes": [{"name": one, "type": "time" if one in _TIMES else "string"} for one in attributes],
    }


def _listed(parts: Iterable[dict[str, Any]]) -> Iterator[str]:
    comma = "\n"
    for part in parts:
        yield comma + json.dumps(part, ensure_ascii=False)
        comma = ",\n"


def _events(cases: Iterable[LoggedCase], activities: set[str]) -> Iterator[dict[str, Any]]:
    for case in cases:
        for event in case.events:
            activities.add(event.activity)
            yield {
                "id": event.id,
                "type": event.activity,
                "time": _time(event.at),
                "attributes": [
                    {"name": name, "value": value}
                    for name, value in (("title", event.title), ("role", event.role))
                    if value
                ],
                "relationships": list(_relations(case, event)),
            }


def _relations(case: LoggedCase, event: LoggedEvent) -> Iterator[dict[str, str]]:
    yield {"objectId": case.id, "qualifier": "case"}
    if case.firm:
        yield {"objectId": case.firm, "qualifier": "firm"}
    if event.person:
        yield {"objectId": event.person, "qualifier": "by"}
    if event.mandate:
        yield {"objectId": event.mandate.id, "qualifier": "under"}
    for role, person in event.people:
        if person != event.person:
            yield {"objectId": person, "qualifier": f"holds {role}"}
    for change in event.promises:
        yield {"objectId": _promise(case, change.clock), "qualifier": change.result or change.state}


def _objects(cases: Iterable[LoggedCase]) -> Iterator[dict[str, Any]]:
    people: set[str] = set()
    firms: set[str] = set()
    mandates: dict[str, LoggedMandate] = {}
    for case in cases:
        clocks: dict[str, list[tuple[datetime, PromiseChange]]] = {}
        for event in case.events:
            people |= {event.person, *(person for _, person in event.people)} - {""}
            if event.mandate:
                mandates[event.mandate.id] = event.mandate
            for change in event.promises:
                clocks.setdefault(change.clock, []).append((event.at, change))
        firms |= {case.firm} - {""}
        yield _case(case, list(clocks))
        for clock, changes in clocks.items():
            yield _object(_promise(case, clock), "promise", [*_held("clock", clock), *_changed(changes)])
    firms |= {one.firm for one in mandates.values()} - {""}
    people |= {one.person for one in mandates.values()} - {""}
    yield from (_mandate(mandates[name]) for name in sorted(mandates))
    yield from (_object(name, "firm", []) for name in sorted(firms))
    yield from (_object(name, "person", []) for name in sorted(people))


def _case(case: LoggedCase, clocks: list[str]) -> dict[str, Any]:
    attributes = [*_held("promise", case.promise), *_held("title", case.title)]
    if case.outcome:
        closed = case.events[-1].at
        attributes.append({"name": "outcome", "time": _time(closed), "value": case.outcome})
    related = [{"objectId": case.firm, "qualifier": "filed by"}] if case.firm else []
    related += [{"objectId": _promise(case, clock), "qualifier": "owes"} for clock in clocks]
    return _object(case.id, "case", attributes) | {"relationships": related}


def _mandate(one: LoggedMandate) -> dict[str, Any]:
    attributes = [*_held("kind", one.kind), *_held("matters", " ".join(one.matters))]
    for name, at in (("since", one.since), ("until", one.until)):
        attributes += _held(name, _time(at)) if at else []
    if one.revoked:
        attributes.append({"name": "revoked", "time": _time(one.revoked), "value": _time(one.revoked)})
    related = [{"objectId": one.firm, "qualifier": "given by"}] if one.firm else []
    related += [{"objectId": one.person, "qualifier": "given to"}] if one.person else []
    return _object(one.id, "mandate", attributes) | {"relationships": related}


def _object(name: str, kind: str, attributes: list[dict[str, str]]) -> dict[str, Any]:
    return {"id": name, "type": kind, "attributes": attributes, "relationships": []}


def _held(name: str, value: str) -> list[dict[str, str]]:
    return [{"name": name, "time": _ALWAYS, "value": value}] if value else []


def _changed(changes: Iterable[tuple[datetime, PromiseChange]]) -> Iterator[dict[str, str]]:
    """Yield each attribute's values with the moment from which they held, where they changed."""
    known: dict[str, str] = {}
    for at, change in changes:
        due = _time(change.due) if change.due else ""
        for name, value in (("state", change.state), ("due", due), ("result", change.result)):
            if value and known.get(name) != value:
                known[name] = value
                yield {"name": name, "time": _time(at), "value": value}


def _promise(case: LoggedCase, clock: str) -> str:
    return f"{case.id}/{clock}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def read_ocel(text: str, *, object_type: str = "case") -> EventLog:
    """Return the log seen from one type of objects: each of them is a case.

    Errors: Refusal `file-not-ocel`, `log-empty`.
    """
    try:
        document = json.loads(text)
        kinds = {one["id"]: one["type"] for one in document["objects"]}
        builder = LogBuilder()
        for event in document["events"]:
            by = next((one["objectId"] for one in event["relationships"] if one["qualifier"] == "by"), "")
            for related in event["relationships"]:
                if kinds.get(related["objectId"]) == object_type:
                    second = as_second(datetime.fromisoformat(event["time"]))
                    builder.add(related["objectId"], event["type"], second, by)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise refuse(
            "file-not-ocel", "the file is not OCEL 2.0 in JSON", hint="export it again as OCEL 2.0 JSON"
        ) from None
    if not builder.case:
        raise refuse(
            "log-empty",
            f"no event concerns an object of the type “{object_type}”",
            hint="name one of: " + ", ".join(sorted(set(kinds.values()))),
        )
    return builder.log()
