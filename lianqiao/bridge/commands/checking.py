"""Have received files looked over: asked for when they come and when they are filed, done once for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from lianqiao.bridge.commands.working import ask_job
from lianqiao.bridge.file_check.wanted import Wanted, wanted
from lianqiao.bridge.models import Case, Check, Job
from lianqiao.engine.mechanism import CaseField
from lianqiao.organization.models import Person

KIND = "file-check"
File = Mapping[str, Any]


def look_into(
    files: Iterable[tuple[CaseField, File]], *, by: Person | None, now: datetime, case: Case | None = None
) -> int:
    """Have each file looked over where its field says so and nobody has yet; returns how many are to be.

    One that failed or was stopped is begun anew. With a case its officers see the jobs.
    """
    asked: dict[tuple[str, str], tuple[Wanted, File]] = {}
    for field, file in files:
        if want := wanted(field, file):
            asked[file["sha256"], want.digest] = (want, file)
    if not asked:
        return 0
    found = Check.objects.filter(sha256__in=[sha256 for sha256, _ in asked]).select_related("job")
    known = {(check.sha256, check.wanted): check for check in found}
    if case is not None:
        ours = [job_id for key in asked if key in known and (job_id := known[key].job_id)]
        Job.objects.filter(pk__in=ours, case=None).update(case=case)
    due = [key for key in asked if key not in known or _to_begin_anew(known[key])]
    for key in due:
        _begin(*asked[key], by=by, now=now, case=case)
    return len(due)


def _to_begin_anew(check: Check) -> bool:
    return check.report is None and (check.job is None or check.job.ended)


def _begin(want: Wanted, file: File, *, by: Person | None, now: datetime, case: Case | None) -> None:
    check, _ = Check.objects.get_or_create(sha256=file["sha256"], wanted=want.digest)
    given = {"check": check.pk, "sha256": file["sha256"], "kind": want.kind, "type": want.type}
    job = ask_job(KIND, by=by, given=given | {"rules": want.rules}, about=file["name"], case=case, now=now)
    Check.objects.filter(pk=check.pk).update(job=job)


def keep_report(check_id: int, report: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what was found in a file."""
    Check.objects.filter(pk=check_id).update(report=dict(report), made_at=now)
