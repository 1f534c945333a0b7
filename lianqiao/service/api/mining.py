"""Process mining: ways and waits of our own promises, logs of other systems, our own log handed out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from lianqiao.bridge import commands, packs
from lianqiao.bridge.queries.event_logs import Wanted as CasesWanted
from lianqiao.bridge.queries.event_logs import logged_cases
from lianqiao.engine.errors import refuse
from lianqiao.engine.mining import LoggedCase, LogMap, ocel_pieces, xes_pieces
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import PRINTABLE, Cut, Id, Moment, Page, Shown, When, instant, offer
from lianqiao.organization.commands.authority import require_leader, require_office
from lianqiao.service.api.attachments import BYTES, FileName, Stream
from lianqiao.service.api.long_jobs import LongJob, job_answer
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.commands.historic_logs import LONGEST_NAME, forget_log
from lianqiao.service.commands.log_jobs import ask_log_import
from lianqiao.service.forms.historic_logs import LOG_FILE
from lianqiao.service.language import chinese
from lianqiao.service.log_import.maps import log_map_named
from lianqiao.service.models import HistoricCase, HistoricLog
from lianqiao.service.queries import historic_logs as logs
from lianqiao.service.queries.mining import promise_findings

router = Router(tags=["mining"])
Column = Field(default="", max_length=200, pattern=PRINTABLE)


class Way(Shown):
    """One way cases went."""

    activities: list[str]
    cases: int
    share: float
    median_days: float
    p90_days: float
    example: str = Field(description=_("The number of a case that went it."))


class Wait(Shown):
    """How long cases lay between one activity and the next; office hours are null outside the calendar."""

    before: str
    after: str
    times: int
    share: float = Field(description=_("Of all the time of all cases."))
    median_h: float
    p90_h: float
    median_office_h: float | None
    p90_office_h: float | None


class Mined(Shown):
    """What cases show together: their ways, most taken first, and where time went."""

    cases: int
    kinds: int = Field(description=_("How many different ways there are."))
    ways: list[Way]
    waits: list[Wait]


class LogRow(Shown):
    """An imported log."""

    id: int
    name: str
    cases: int
    events: int
    owed: int = Field(description=_("Cases that had a deadline."))
    late: int
    first_at: Moment
    last_at: Moment
    imported_at: Moment
    example: bool


class LogShown(LogRow):
    """An imported log with what its cases show."""

    mined: Mined


class LogCase(Shown):
    """One case of an imported log."""

    number: str
    standing: Literal["late", "kept", "none"]
    started_at: Moment | None
    due_at: Moment | None = Field(description=_("Reckoned on the State Council's calendar."))
    stated_due_at: Moment | None = Field(description=_("As the file states it."))
    ended_at: Moment | None
    late_s: int = Field(description=_("Seconds after the due time; 0 for none."))
    events: int


class LogCasesAsked(Cut):
    """Which cases of a log."""

    standing: Literal["", "late", "kept", "none"] = ""


class LogImportAsked(BaseModel):
    """What the file is called, under which name the log is kept, and which column means what."""

    file: FileName
    name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=PRINTABLE)
    map: Identifier | None = Field(
        default=None, description=_("A map of the district; in place of columns. XES needs neither.")
    )
    case: str = Column
    activity: str = Column
    time: str = Column
    person: str = Column
    deadline: str = Column
    end: str = Column
    time_format: str = Field(default="", max_length=60, pattern=PRINTABLE)
    encoding: Literal["utf-8", "gb18030"] = "utf-8"


class LogExportAsked(BaseModel):
    """Which cases are handed out, and how."""

    form: Literal["xes", "ocel"]
    promise: Identifier | None = None
    since: When | None = Field(default=None, description=_("Filed on this day or later."))
    until: When | None = Field(default=None, description=_("Filed on this day or before."))


@offer(
    router,
    "GET",
    "/mining/promises/{promise}",
    name="showMinedPromise",
    scope="read",
    says=_("Ways and waits of the newest cases of a promise that have ended."),
    more=_("For leaders and the digital office."),
    answer=Mined,
    refuses=(403, 404),
)
def show_promise(request: HttpRequest, promise: Path[Identifier]) -> Mined:
    """Return what they show; refuses `leader-only`, `unknown-mechanism`."""
    _for_leaders(request)
    return _mined(promise_findings(packs.current().newest(promise), now=moment(request)))


@offer(
    router,
    "GET",
    "/mining/logs",
    name="listMiningLogs",
    scope="read",
    says=_("Logs of other systems that were imported, newest first."),
    more=_("For leaders and the digital office."),
    answer=Page[LogRow],
    refuses=(403,),
)
def list_logs(request: HttpRequest, asked: Query[Cut]) -> Page[LogRow]:
    """Return a page of the logs; refuses `leader-only`."""
    _for_leaders(request)
    page, following = page_of(logs.historic_logs(), [Key("at", descending=True)], asked)
    return Page[LogRow](items=[LogRow(**_row(one)) for one in page], next=following)


@offer(
    router,
    "POST",
    "/mining/logs",
    name="importMiningLog",
    scope="office",
    says=_("Send a log of another system, CSV or XES; a long job keeps it, with pseudonyms for people."),
    more=_("The body is the file. A log kept under this name is updated."),
    answer=LongJob,
    status=202,
    refuses=(403, 404, 413),
    body=BYTES,
)
def import_log(request: HttpRequest, asked: Query[LogImportAsked]) -> LongJob:
    """Ask for the log to be kept; refuses `office-only`, as `receive`, and `map-needed`."""
    by, now = caller(request).person, moment(request)
    require_office(by, now=now)
    log_map = _map(asked)
    kept = commands.receive(Stream(asked.file, request), field=LOG_FILE, by=by, now=now)
    return job_answer(
        ask_log_import(
            kept["sha256"], file=kept["name"], name=asked.name.strip(), log_map=log_map, by=by, now=now
        )
    )


@offer(
    router,
    "GET",
    "/mining/logs/{log}",
    name="showMiningLog",
    scope="read",
    says=_("An imported log with its ways and waits."),
    more=_("For leaders and the digital office."),
    answer=LogShown,
    refuses=(403, 404),
)
def show_log(request: HttpRequest, log: Path[Id]) -> LogShown:
    """Return the log; refuses `leader-only`, `historic-log-unknown`."""
    _for_leaders(request)
    one = _log(log)
    return LogShown(**_row(one), mined=_mined(one.findings))


@offer(
    router,
    "GET",
    "/mining/logs/{log}/cases",
    name="listMiningCases",
    scope="read",
    says=_("Cases of an imported log, the latest first; `standing` late for the late ones."),
    more=_("For leaders and the digital office."),
    answer=Page[LogCase],
    refuses=(403, 404),
)
def list_cases(request: HttpRequest, log: Path[Id], asked: Query[LogCasesAsked]) -> Page[LogCase]:
    """Return a page of the cases; refuses `leader-only`, `historic-log-unknown`."""
    _for_leaders(request)
    found = logs.cases_of(_log(log), standing=asked.standing)
    page, following = page_of(found, [Key("late_s", descending=True)], asked)
    return Page[LogCase](items=[_case(one) for one in page], next=following)


@offer(
    router,
    "DELETE",
    "/mining/logs/{log}",
    name="forgetMiningLog",
    scope="office",
    says=_("Remove an imported log with all its cases."),
    answer=None,
    status=204,
    refuses=(403, 404),
)
def forget(request: HttpRequest, log: Path[Id]) -> Status[None]:
    """Remove the log; refuses `office-only`, `historic-log-unknown`."""
    by, now = caller(request).person, moment(request)
    require_office(by, now=now)
    forget_log(_log(log), now=now, by=by)
    return Status(204, None)


@offer(
    router,
    "GET",
    "/mining/export",
    name="exportMiningLog",
    scope="read",
    says=_("Our own log as XES or OCEL 2.0, sent as it is read; people and firms are pseudonyms."),
    more=_("For leaders and the digital office."),
    answer=None,
    refuses=(403, 404),
    gives="application/octet-stream",
)
def export_log(request: HttpRequest, asked: Query[LogExportAsked]) -> StreamingHttpResponse:
    """Answer with the log, piece by piece; refuses `leader-only`, `unknown-mechanism`, `time-malformed`."""
    _for_leaders(request)
    if asked.promise:
        packs.current().newest(asked.promise)
    wanted = CasesWanted(
        asked.promise or "",
        instant(asked.since, "since") if asked.since else None,
        instant(asked.until, "until") + timedelta(days=1) if asked.until else None,
    )
    language = "zh-hans" if chinese() else "en"

    def cases() -> Iterable[LoggedCase]:
        return logged_cases(wanted, language=language)

    pieces: Iterator[str] = xes_pieces(cases()) if asked.form == "xes" else ocel_pieces(cases)
    response = StreamingHttpResponse(
        (piece.encode() for piece in pieces), content_type="application/octet-stream"
    )
    ending = "xes" if asked.form == "xes" else "jsonocel"
    response.headers["Content-Disposition"] = f'attachment; filename="{asked.promise or "log"}.{ending}"'
    return response


def _for_leaders(request: HttpRequest) -> None:
    require_leader(caller(request).person, now=moment(request))


def _log(log_id: int) -> HistoricLog:
    found = logs.historic_log_by_id(log_id)
    if found is None:
        raise refuse("historic-log-unknown", f"there is no log {log_id}", hint="list them", name=str(log_id))
    return found


def _map(asked: LogImportAsked) -> LogMap:
    if asked.map:
        return log_map_named(asked.map, packs.current())
    columns = {
        name: getattr(asked, name)
        for name in ("case", "activity", "time", "person", "deadline", "end", "time_format", "encoding")
        if getattr(asked, name)
    }
    named = [name for name in ("case", "activity", "time") if name in columns]
    if named and len(named) < 3:
        raise refuse(
            "map-needed", "case, activity and time are needed", hint="name all three", file=asked.file
        )
    return LogMap(**columns)


def _row(one: HistoricLog) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "cases": one.cases,
        "events": one.events,
        "owed": one.owed,
        "late": one.late,
        "first_at": one.first_at,
        "last_at": one.last_at,
        "imported_at": one.at,
        "example": one.example,
    }


def _case(one: HistoricCase) -> LogCase:
    return LogCase(
        number=one.number,
        standing="late" if one.late_s else "kept" if one.owed else "none",
        started_at=one.started_at,
        due_at=one.due_at,
        stated_due_at=one.stated_due_at,
        ended_at=one.ended_at,
        late_s=one.late_s,
        events=one.events,
    )


def _mined(findings: dict[str, Any]) -> Mined:
    found = findings.get("variants", {})
    return Mined(
        cases=findings.get("cases", 0),
        kinds=found.get("count", 0),
        ways=[Way(**{name: one[name] for name in Way.model_fields}) for one in found.get("top", ())],
        waits=[
            Wait(**{name: one[name] for name in Wait.model_fields}) for one in findings.get("bottlenecks", ())
        ],
    )
