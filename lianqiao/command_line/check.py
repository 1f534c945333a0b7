"""`lianqiao check`: whether promises may serve, and what they promise, in words."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lianqiao.command_line import django_site
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.pack import Pack

_EXAMPLES = """\
examples:
  lianqiao check                               the district that ships with the software
  lianqiao check ../my-zone --language en      a pack's folder
  lianqiao check mechanisms/my-promise.toml    one promise, beside the pack it lies in
  lianqiao check --published                   what this server serves, with what the studio published
  lianqiao check --schema > mechanism.schema.json
"""


def add_parser(subparsers: Any) -> None:
    """Register the verb `check`."""
    parser = subparsers.add_parser(
        "check",
        help="check a district pack or one promise, and say what it promises",
        description="Check a district pack or one promise: exit status 0 and what it promises, or 1 and "
        "every problem with its file, place, reason and remedy.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("path", nargs="?", help="a pack's folder or one promise's file", metavar="PATH")
    parser.add_argument(
        "--published", action="store_true", help="also what was published in the studio, and its hashes"
    )
    parser.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans", help="of the words")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--schema", action="store_true", help="print the JSON Schema of promise files instead"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was found; 0 nothing wrong, 1 problems, 2 there is nothing to check at the path."""
    if args.schema:
        from lianqiao.engine.schema import json_schema

        print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
        return 0
    if args.published:
        django_site.start()
    try:
        if args.published:
            promises, problems = _checked_published()
        else:
            promises, problems = _checked(Path(args.path) if args.path else _shipped())
    except Refusal as refusal:
        if refusal.code == "pack-not-found":
            raise
        promises, problems = [], list(refusal.problems)
    if args.json:
        _print_json(promises, problems, args.language)
    else:
        _print_words(promises, problems, args.language)
    return 1 if problems else 0


def _shipped() -> Path:
    from lianqiao.site.environment import default_district

    return default_district()


def _checked(path: Path) -> tuple[list[Mechanism], list[Problem]]:
    """Return the promises at the path and every problem of theirs."""
    from lianqiao.bridge.pack_files import read_texts
    from lianqiao.engine.check import check_pack
    from lianqiao.engine.pack import read_pack
    from lianqiao.service.item_import.pack_files import check_item_files
    from lianqiao.service.log_import.maps import check_log_maps

    if path.is_file():
        return _checked_file(path)
    if not path.is_dir():
        raise refuse(
            "pack-not-found",
            "there is no such file or folder",
            place=str(path),
            hint="name a pack's folder or a promise's file",
        )
    pack = read_pack(read_texts(path))
    problems = [*check_pack(pack), *check_item_files(pack), *check_log_maps(pack)]
    return list(pack.mechanisms.values()), problems


def _checked_published() -> tuple[list[Mechanism], list[Problem]]:
    """Return what the server serves, with what was published and what waits for its day, and its problems."""
    from django.conf import settings

    from lianqiao.bridge.pack_files import read_texts, with_published
    from lianqiao.bridge.publications import read_published
    from lianqiao.bridge.queries.publications import publication_problems
    from lianqiao.engine.check import check_pack
    from lianqiao.engine.pack import read_pack

    published = read_published()
    texts = with_published(read_texts(settings.ENVIRONMENT.district), published)
    pack = read_pack(texts, withdrawn=published.withdrawn)
    return list(pack.mechanisms.values()), [*check_pack(pack), *publication_problems()]


def _checked_file(path: Path) -> tuple[list[Mechanism], list[Problem]]:
    """Check one promise beside the policies and promises of the pack its folder belongs to, if any."""
    from lianqiao.bridge.pack_files import read_text
    from lianqiao.engine.check import check_mechanism
    from lianqiao.engine.file_reading import read

    mechanism = read(Mechanism, read_text(path, path.name), path.name)
    pack = _pack_around(path)
    problems = check_mechanism(
        mechanism,
        pack.policies if pack else {},
        {**(pack.newest_versions if pack else {}), mechanism.id: mechanism},
        path.name,
        duties=frozenset(pack.district.duties) if pack else None,
    )
    return [mechanism], problems


def _pack_around(path: Path) -> Pack | None:
    """Return the pack whose `mechanisms/` the file lies in, without this file; None where it lies in none."""
    from lianqiao.bridge.pack_files import read_texts
    from lianqiao.engine.pack import DISTRICT_FILE, read_pack

    folder = path.resolve().parent.parent
    if path.resolve().parent.name != "mechanisms" or not (folder / DISTRICT_FILE).is_file():
        return None
    texts = read_texts(folder)
    texts.pop(f"mechanisms/{path.name}", None)
    return read_pack(texts)


def _print_words(promises: list[Mechanism], problems: list[Problem], language: str) -> None:
    from lianqiao.engine.words import describe

    for problem in problems:
        print(f"{problem.code}  {problem}", file=sys.stderr)
    if problems:
        print(f"{len(problems)} problem(s); nothing of this may serve", file=sys.stderr)
        return
    print("\n\n".join("\n".join(describe(promise, language)) for promise in promises))


def _print_json(promises: list[Mechanism], problems: list[Problem], language: str) -> None:
    from lianqiao.engine.words import describe

    answer = {
        "ok": not problems,
        "problems": [asdict(problem) for problem in problems],
        "promises": {} if problems else {promise.key: describe(promise, language) for promise in promises},
    }
    print(json.dumps(answer, ensure_ascii=False, indent=2))
