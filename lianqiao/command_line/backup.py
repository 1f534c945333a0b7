"""`lianqiao backup`: everything a zone consists of in one file, while it goes on serving."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lianqiao.command_line import django_site


def add_parser(subparsers: Any) -> None:
    """Register the verb `backup`."""
    parser = subparsers.add_parser(
        "backup",
        help="write rows, attachments and pack into one archive, while the zone goes on serving",
        description="The archive holds personal data: it can be read by its owner only; keep it encrypted.",
    )
    parser.add_argument("to", metavar="TO", type=Path, help="a new file ending in .tar.zst or .tar.gz")
    parser.add_argument("--with-secret", action="store_true", help="include the key that signs sessions")
    parser.add_argument("--json", action="store_true", help="say what was written as JSON")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the backup; exit status 1 where attachments are missing or damaged on the disk."""
    django_site.start()
    from lianqiao.site import wall_clock
    from lianqiao.site.backup import making

    end_tidily()
    shown = Shown(quiet=args.quiet)
    manifest = making.make(args.to, with_secret=args.with_secret, now=wall_clock.read(), progress=shown)
    shown.end()
    if args.json:
        facts = asdict(manifest)
        del facts["parts"], facts["migrations"]
        print(json.dumps({"to": str(args.to), "bytes": args.to.stat().st_size, **facts}, ensure_ascii=False))
    else:
        size_mb = args.to.stat().st_size / 1_000_000
        log = manifest.log
        print(
            f"{args.to}: {size_mb:.1f} MB, {manifest.rows} rows, {manifest.attachments} attachments, ", end=""
        )
        print(f"log of {log.cases} cases and {log.entries} entries")
    for name, what in ((manifest.absent, "missing"), (manifest.damaged, "damaged")):
        for sha256 in name:
            print(f"attachment {sha256} is {what} on this disk", file=sys.stderr)
    return 1 if manifest.absent or manifest.damaged else 0


class Shown:
    """Progress on standard error: one line that changes at a terminal, otherwise a line every ten seconds."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()
        self._at = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` of a stage are through; 0 for a total nobody knows."""
        wait_s = 0.2 if self._live else 10.0
        if self._quiet or time.monotonic() - self._at < wait_s:
            return
        self._at = time.monotonic()
        text = f"{stage}: {done}" + (f" of {total}" if total else "")
        print(
            f"\r{text:<60}" if self._live else text,
            end="" if self._live else "\n",
            file=sys.stderr,
            flush=True,
        )

    def end(self) -> None:
        """Clear the line."""
        if self._live and not self._quiet:
            print(f"\r{'':<60}\r", end="", file=sys.stderr, flush=True)


def end_tidily() -> None:
    """Let SIGTERM end this command as Ctrl-C does, so that nothing half done stays behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
