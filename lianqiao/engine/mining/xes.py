"""XES (IEEE 1849), out and in: the log format every process-mining tool reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from lianqiao.engine.errors import Problem, refuse
from lianqiao.engine.mining.csv_reading import TELL_EVERY, Reading, Told
from lianqiao.engine.mining.event_log import LogBuilder
from lianqiao.engine.mining.history import LoggedCase, LoggedEvent, LoggedMandate
from lianqiao.engine.mining.log_map import LogMap, zone_of
from lianqiao.engine.mining.time_reading import as_second

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
    <string key="lifecycle:transition" value="complete"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
  <classifier name="Activity-and-role" keys="concept:name org:role"/>
  <string key="lifecycle:model" value="standard"/>
"""
_TAGS = {"string", "date", "int", "float", "boolean", "id"}


def xes_pieces(cases: Iterable[LoggedCase]) -> Iterator[str]:
    """Yield the log as XES text, a case at a time."""
    yield _HEAD
    for case in cases:
        yield "  <trace>\n" + "".join(_trace(case)) + "  </trace>\n"
    yield "</log>\n"


def _trace(case: LoggedCase) -> Iterator[str]:
    yield _attribute("string", "concept:name", case.id, 4)
    yield _attribute("string", "promise", case.promise, 4)
    if case.firm:
        yield _attribute("string", "firm", case.firm, 4)
    if case.outcome:
        yield _attribute("string", "outcome", case.outcome, 4)
    for event in case.events:
        yield "    <event>\n" + "".join(_event(event)) + "    </event>\n"


def _event(event: LoggedEvent) -> Iterator[str]:
    yield _attribute("string", "concept:name", event.activity, 6)
    yield _attribute("string", "title", event.title, 6)
    yield _attribute("date", "time:timestamp", event.at.isoformat(timespec="milliseconds"), 6)
    yield _attribute("string", "lifecycle:transition", "complete", 6)
    if event.person:
        yield _attribute("string", "org:resource", event.person, 6)
    if event.role:
        yield _attribute("string", "org:role", event.role, 6)
    if event.mandate:
        yield from _mandate(event.mandate)
    for change in event.promises:
        yield _attribute("string", f"promise:{change.clock}", change.result or change.state, 6)
        if change.due:
            yield _attribute("date", f"due:{change.clock}", change.due.isoformat(timespec="milliseconds"), 6)


def _mandate(one: LoggedMandate) -> Iterator[str]:
    yield _attribute("string", "mandate", one.id, 6)
    for key, text in (("kind", one.kind), ("matters", " ".join(one.matters))):
        if text:
            yield _attribute("string", f"mandate:{key}", text, 6)
    for key, at in (("since", one.since), ("until", one.until), ("revoked", one.revoked)):
        if at:
            yield _attribute("date", f"mandate:{key}", at.isoformat(timespec="milliseconds"), 6)


def _attribute(tag: str, key: str, value: str, indent: int) -> str:
    return f"{' ' * indent}<{tag} key={quoteattr(key)} value={quoteattr(value)}/>\n"


def read_xes(stream: IO[bytes], log_map: LogMap, *, told: Told | None = None) -> Reading:
    """Return the log in an XES document. Memory grows with the log, not with its text.

    Events without what the map asks for are left out and named by trace and event. Errors: Refusal
    `file-not-xes`, `log-empty`.
    """
    reader = _XesReader(log_map, told)
    try:
        for kind, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            reader.element(kind, element)
    except (ParseError, DefusedXmlException) as error:
        raise refuse(
            "file-not-xes", f"the file is not XES: {error}", hint="export it again; a .xes file is XML"
        ) from None
    if not reader.builder.case:
        raise refuse("log-empty", "no event could be read", hint="check the map against the first trace")
    reader.reading.log = reader.builder.log()
    return reader.reading


class _XesReader:
    """Takes elements as they end; what was read of a trace or an event is thrown away at once."""

    def __init__(self, log_map: LogMap, told: Told | None) -> None:
        self.log_map, self.told, self.zone = log_map, told, zone_of(log_map.zone)
        self.builder = LogBuilder()
        self.reading = Reading(self.builder.log(), 0)
        self.path: list[str] = []
        self.trace: dict[str, str] = {}
        self.traces = self.events = 0

    def element(self, kind: str, element: Any) -> None:
        tag = str(element.tag).rpartition("}")[2]
        if kind == "start":
            self.path.append(tag)
            if tag == "trace":
                self.trace, self.traces, self.events = {}, self.traces + 1, 0
            return
        self.path.pop()
        if tag == "event" and self.path[-1:] == ["trace"]:
            self.event({str(part.get("key")): str(part.get("value", "")) for part in element if _plain(part)})
            element.clear()
        elif tag in _TAGS and self.path[-1:] == ["trace"]:
            self.trace[str(element.get("key"))] = str(element.get("value", ""))
        elif tag == "trace":
            element.clear()

    def event(self, event: dict[str, str]) -> None:
        self.events += 1
        self.reading.rows += 1
        if self.told and self.reading.rows % TELL_EVERY == 0:
            self.told(self.reading.rows)
        m = self.log_map
        if m.only and event.get(m.lifecycle or "lifecycle:transition") not in m.only:
            return
        # the case is the trace's; some files write it with every event
        case, activity = self.trace.get(m.case) or event.get(m.case, ""), event.get(m.activity, "")
        if not case or not activity:
            self.dirty("cell-empty", "the attribute is missing", m.activity if case else m.case)
            return
        second = self.second(event, m.time)
        if second is None:
            return
        activity = m.activities.get(activity, activity)
        number = self.builder.add(case, activity, second, event.get(m.person, ""))
        for name, moments in ((m.deadline, self.builder.deadline), (m.end, self.builder.end)):
            source = event if name in event else self.trace
            if name and source.get(name) and (moment := self.second(source, name)) is not None:
                moments[number] = moment

    def second(self, attributes: dict[str, str], name: str) -> int | None:
        text = attributes.get(name, "")
        try:
            return as_second(datetime.fromisoformat(text), self.zone)
        except ValueError:
            if text:
                self.dirty("time-malformed", f"“{text}” is not a time", name, given=text)
            else:
                self.dirty("cell-empty", "the attribute is missing", name)
            return None

    def dirty(self, code: str, reason: str, name: str, **facts: str) -> None:
        place = f"trace {self.traces}, event {self.events}, attribute {name}"
        hint = "name the right attribute in the map"
        self.reading.report(Problem(code, reason, place=place, hint=hint, facts=facts))


def _plain(part: Any) -> bool:
    return str(part.tag).rpartition("}")[2] in _TAGS
