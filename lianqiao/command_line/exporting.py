"""`lianqiao export`: a promise as BPMN 2.0, what happened as OCEL 2.0 or XES for process mining."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from lianqiao.command_line import django_site
from lianqiao.command_line.progress import Progress
from lianqiao.engine.errors import Refusal, refuse

_EXAMPLES = """\
examples:
  lianqiao export bpmn microdrama-filing --to microdrama-filing.bpmn
  lianqiao export bpmn microdrama-filing@2 --published --to microdrama-filing@2.bpmn
  lianqiao export promise microdrama-filing@2 --to my-zone/mechanisms/microdrama-filing@2.toml
  lianqiao export xes --promise microdrama-filing --from 2026-01-01 --to filings.xes
  lianqiao export ocel --to everything.jsonocel
"""


def add_parser(subparsers: Any) -> None:
    """Register the verb `export` with `bpmn`, `promise`, `ocel` and `xes`."""
    parser = subparsers.add_parser(
        "export",
        help="a promise as BPMN 2.0; the cases as OCEL 2.0 or XES",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = parser.add_subparsers(dest="export_kind", metavar="KIND", required=True)
    bpmn = kinds.add_parser("bpmn", help="a promise as a BPMN 2.0 diagram, for any standard viewer")
    bpmn.add_argument("mechanism", metavar="MECHANISM", help="a promise by its id, or its TOML file")
    bpmn.add_argument("--published", action="store_true", help="also versions published in the studio")
    bpmn.add_argument("--to", metavar="FILE", help="a file in place of standard output")
    bpmn.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans", help="of the words")
    bpmn.set_defaults(run=run_bpmn)
    promise = kinds.add_parser("promise", help="the file of a promise published in the studio, for the pack")
    promise.add_argument("mechanism", metavar="ID[@VERSION]", help="the newest in force without a version")
    promise.add_argument("--to", metavar="FILE", help="a file in place of standard output")
    promise.set_defaults(run=run_promise)
    for name, what in (("ocel", "OCEL 2.0 (JSON)"), ("xes", "XES (IEEE 1849)")):
        log = kinds.add_parser(name, help=f"the log of all cases as {what}")
        _about_log(log)
        log.set_defaults(run=partial(run_log, form=name))


def _about_log(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="FILE", help="a file in place of standard output")
    parser.add_argument("--promise", default="", metavar="ID", help="only cases of this promise")
    parser.add_argument("--from", dest="first", type=_day, metavar="DATE", help="filed on this day or later")
    parser.add_argument("--until", dest="last", type=_day, metavar="DATE", help="filed on this day or before")
    parser.add_argument(
        "--names", action="store_true", help="names of people and firms in place of pseudonyms"
    )
    parser.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans", help="of the words")


def run_bpmn(args: argparse.Namespace) -> int:
    """Write the diagram; Django is needed only for what was published in the studio."""
    from lianqiao.command_line.promises import district_pack, promise_named
    from lianqiao.engine.bpmn_xml import bpmn_text

    if args.published:
        django_site.start()
        from lianqiao.bridge import packs

        pack = packs.current()
    else:
        pack = district_pack()
    text = bpmn_text(promise_named(args.mechanism, pack), args.language)
    with written(args.to) as file:
        file.write(text)
    return 0


def run_promise(args: argparse.Namespace) -> int:
    """Write the text of a version that is served, word for word as it was published."""
    django_site.start()
    from lianqiao.bridge import packs
    from lianqiao.bridge.queries.publications import publication_problems

    pack = packs.current()
    key = (pack.mechanism if "@" in args.mechanism else pack.newest)(args.mechanism).key
    if altered := [one for one in publication_problems() if one.facts["key"] == key]:
        raise Refusal(*altered)
    with written(args.to) as file:
        file.write(pack.texts[pack.files[key]])
    return 0


def run_log(args: argparse.Namespace, *, form: str) -> int:
    """Write the log as it is read, case by case; memory does not grow with it."""
    django_site.start()
    from lianqiao.bridge import packs
    from lianqiao.bridge.queries.event_logs import Names, Pseudonyms, logged_cases
    from lianqiao.command_line.logs import wanted
    from lianqiao.engine.mining import LoggedCase, ocel_pieces, xes_pieces

    if args.promise:
        packs.current().newest(args.promise)
    meant = wanted(args.promise, args.first, args.last)
    named = Names() if args.names else Pseudonyms()
    with Progress("reading") as told, written(args.to) as file:

        def cases() -> Iterable[LoggedCase]:
            return logged_cases(
                meant, named=named, language=args.language, told=lambda read: told(f"{read} entries")
            )

        file.writelines(xes_pieces(cases()) if form == "xes" else ocel_pieces(cases))
    return 0


@contextmanager
def written(name: str | None) -> Iterator[TextIO]:
    """Yield the file to write to, standard output without a name; a file is there whole or not at all."""
    if name is None:
        yield sys.stdout
        return
    path = Path(name)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        os.replace(part, path)
    except OSError as error:
        raise refuse(
            "file-unwritable",
            f"the file cannot be written: {error.strerror or error}",
            place=name,
            hint="choose another folder",
        ) from None
    finally:
        part.unlink(missing_ok=True)


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()
