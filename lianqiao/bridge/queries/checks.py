"""What was found in files, by field and file; what is still being looked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lianqiao.bridge.file_check.wanted import wanted
from lianqiao.bridge.models import Check, Job
from lianqiao.engine.mechanism import CaseField
from lianqiao.organization.queries.prepared import Prepared

File = Mapping[str, Any]


@dataclass(frozen=True)
class FileLooked:
    """A file and the report of what was found in it, None while there is none; `job` looks or looked."""

    name: str
    field: CaseField
    file: File
    report: Mapping[str, Any] | None
    job: Job | None


def _checks(hashes: list[str]) -> QuerySet[Check, Check]:
    return Check.objects.filter(sha256__in=hashes).select_related("job")


_CHECKS = Prepared(_checks)


def looked_into(files: Iterable[tuple[str, CaseField, File]]) -> list[FileLooked]:
    """Return, of the files (each with the name of its field) that are to be looked over, how that stands."""
    asked = [(name, field, file, want.digest) for name, field, file in files if (want := wanted(field, file))]
    if not asked:
        return []
    found = _CHECKS(hashes=sorted({file["sha256"] for _, _, file, _ in asked}))
    known = {(check.sha256, check.wanted): check for check in found}
    looked = []
    for name, field, file, digest in asked:
        check = known.get((file["sha256"], digest))
        looked.append(
            FileLooked(name, field, file, check.report if check else None, check.job if check else None)
        )
    return looked
