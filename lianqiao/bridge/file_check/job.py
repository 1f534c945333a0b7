"""The long job that looks over one file."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

from lianqiao.bridge.commands import checking
from lianqiao.bridge.file_check.child import look_over
from lianqiao.bridge.long_jobs import Work
from lianqiao.bridge.storage import stored_at

# what it says it is doing, by what it reads
STAGES = {"text": gettext_noop("Reading the text"), "film": gettext_noop("Watching the film")}


def check_file(work: Work) -> dict[str, Any]:
    """Look into the file in a child process, and keep the report."""
    given = work.job.given
    report = look_over(
        stored_at(given["sha256"]),
        kind=given["kind"],
        media_type=given["type"],
        rules=given["rules"],
        go_on=lambda done, total: work.go_on(done=done, total=total, stage=STAGES[given["kind"]]),
    )
    checking.keep_report(given["check"], report, now=work.clock())
    return {"sha256": given["sha256"], "readable": "unreadable" not in report}
