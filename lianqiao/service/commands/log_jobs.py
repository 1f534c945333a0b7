"""An uploaded log kept by a worker: progress told while it reads, all or nothing when it writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from lianqiao.bridge.commands import ask_job
from lianqiao.bridge.commands.attaching import let_go
from lianqiao.bridge.commands.working import note_progress
from lianqiao.bridge.long_jobs import JobStopped, Work
from lianqiao.bridge.models import Job
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.mining import LogMap
from lianqiao.organization.commands.authority import require_office
from lianqiao.organization.models import Person
from lianqiao.service.commands.historic_logs import import_log_file
from lianqiao.service.log_import.files import lines_in
from lianqiao.service.queries.historic_logs import historic_log, kept_from

KIND = "log-import"
# as much as is written within a worker's hold on the job, many times over
MOST_ROWS = 500_000
READING, WRITING = gettext_noop("Reading the log"), gettext_noop("Reckoning and writing")


def ask_log_import(sha256: str, *, file: str, name: str, log_map: LogMap, by: Person, now: datetime) -> Job:
    """Ask for a received file to be kept as a log; see `historic_logs.import_log_file`.

    Raises Refusal `office-only`.
    """
    require_office(by, now=now)
    given = {"sha256": sha256, "file": file, "name": name, "map": log_map.model_dump(mode="json")}
    return ask_job(KIND, by=by, given=given, about=name, now=now)


def import_uploaded_log(work: Work) -> dict[str, Any]:
    """Read the file and keep it; stopped, it has not happened. The file, which holds names, is let go after.

    Nothing is said while it writes: that is one transaction, so nobody would see it before its end.
    """
    given, by = work.job.given, work.job.person
    path = stored_at(given["sha256"])
    if not path.exists() and (kept := kept_from(given["name"], given["sha256"])):
        # a worker was killed between keeping the log and saying so
        return {"log": kept.pk}
    total = lines_in(path)

    def writing() -> None:
        if not note_progress(work.job, done=total, total=total, stage=WRITING, now=work.clock()):
            raise JobStopped

    report = import_log_file(
        path,
        name=given["name"],
        log_map=LogMap.model_validate(given["map"]),
        file=given["file"],
        now=work.clock(),
        by=by,
        most_rows=MOST_ROWS,
        read=lambda rows: work.go_on(done=min(rows, total), total=total, stage=READING),
        begun=writing,
    )
    if by:
        let_go(given["sha256"], by=by)
    told = {part: getattr(report, part) for part in ("added", "updated", "unchanged", "left_out")}
    return {"log": historic_log(report.name).pk, **told}
