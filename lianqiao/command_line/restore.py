"""`lianqiao restore`: bring a zone back from a backup, into SQLite or PostgreSQL, whichever it came from."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianqiao.command_line import django_site
from lianqiao.command_line.backup import Shown, end_tidily

if TYPE_CHECKING:
    from lianqiao.site.backup.restoring import Restored


def add_parser(subparsers: Any) -> None:
    """Register the verb `restore`."""
    parser = subparsers.add_parser(
        "restore", help="bring a zone back from a backup, or move it to another database"
    )
    parser.add_argument("from_", metavar="FROM", type=Path, help="a file made by `lianqiao backup`")
    parser.add_argument("--replace", action="store_true", help="give up what the database holds now")
    parser.add_argument("--check", action="store_true", help="only read the archive and compare every hash")
    parser.add_argument("--json", action="store_true", help="say what was restored as JSON")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restore and verify the log; exit status 1 where the log, or an attachment, is not as it should be."""
    django_site.start_without_zone()
    from lianqiao.site.backup import restoring

    end_tidily()
    shown = Shown(quiet=args.quiet)
    if args.check:
        manifest = restoring.check(args.from_, progress=shown)
        shown.end()
        print(f"{args.from_}: whole, made {manifest.made_at} by Lianqiao {manifest.lianqiao}")
        return 0
    restored = restoring.restore(args.from_, replace=args.replace, progress=shown)
    shown.end()
    if args.json:
        print(json.dumps(_facts(restored), ensure_ascii=False))
    else:
        _tell(restored)
    manifest = restored.manifest
    return int(bool(restored.verdict.problems or manifest.absent or manifest.damaged))


def _facts(restored: Restored) -> dict[str, Any]:
    manifest, verdict = restored.manifest, restored.verdict
    return {
        "made_at": manifest.made_at,
        "lianqiao": manifest.lianqiao,
        "rows": manifest.rows,
        "attachments": manifest.attachments,
        "absent": manifest.absent,
        "damaged": manifest.damaged,
        "cases": verdict.cases,
        "entries": verdict.entries,
        "seals": verdict.seals,
        "intact": not verdict.problems,
        "promises_lacking": restored.promises_lacking,
    }


def _tell(restored: Restored) -> None:
    manifest, verdict = restored.manifest, restored.verdict
    print(f"restored as of {manifest.made_at}: {manifest.rows} rows, {manifest.attachments} attachments")
    for sha256 in (*manifest.absent, *manifest.damaged):
        print(f"attachment {sha256} was missing or damaged when the backup was made")
    for key in restored.promises_lacking:
        print(f"the pack served here lacks {key}; the backup holds it under district/")
    for problem in verdict.problems:
        print(f"{problem.code}: {problem}")
    state = "altered" if verdict.problems else "intact"
    print(f"log {state}: {verdict.cases} cases, {verdict.entries} entries, {verdict.seals} seals read")
