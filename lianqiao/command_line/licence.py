"""`lianqiao licence`: verify an e-licence without a database; renew, import, keep keys, audit with one."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from lianqiao.command_line import django_site
from lianqiao.engine.errors import refuse

_EXAMPLES = """\
examples:
  lianqiao licence verify licence.pdf --keys jwks.json
  lianqiao licence verify licence.jwt --keys jwks.json --status list.jwt --json
  lianqiao licence check --schema > licence.schema.json
  lianqiao licence renew
  lianqiao licence import register.xlsx
  lianqiao licence keys --new

The keys are published by whoever issues, at /.well-known/jwks.json; fetch them once, over a connection
you trust.
The status list says what was revoked; its address stands in the e-licence, and it is good for a day.
verify exits with 0 where the e-licence holds, 1 where it does not.
"""


def add_parser(subparsers: Any) -> None:
    """Register the verb `licence` with what belongs to it."""
    parser = subparsers.add_parser(
        "licence",
        help="verify an e-licence offline; renew licences, import a register, keep the signing keys",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="licence_verb", metavar="VERB", required=True)
    verify = verbs.add_parser("verify", help="say whether an e-licence (JWT or PDF) holds; no database")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--keys", type=Path, metavar="JWKS", help="the issuer's public keys (a JWK set)")
    verify.add_argument("--status", type=Path, metavar="LIST", help="the issuer's status list")
    verify.add_argument("--as-of", metavar="TIME", help="verify as at this time (now)")
    verify.add_argument("--json", action="store_true", help="print JSON")
    verify.set_defaults(run=run_verify)
    check = verbs.add_parser("check", help="check the kinds of licences of a pack; no database")
    check.add_argument(
        "path", nargs="?", type=Path, metavar="PACK", help="a pack's folder (the one that ships)"
    )
    check.add_argument("--schema", action="store_true", help="print the JSON Schema of licence files instead")
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(run=run_check)
    renew = verbs.add_parser("renew", help="run over the register now, as the worker does every night")
    renew.add_argument("--json", action="store_true", help="print JSON")
    renew.set_defaults(run=run_renew)
    entering = verbs.add_parser("import", help="enter the licences of a CSV file or workbook")
    entering.add_argument("file", type=Path, metavar="FILE")
    entering.add_argument("--json", action="store_true", help="print JSON")
    entering.set_defaults(run=run_import)
    keys = verbs.add_parser("keys", help="list the signing keys; --new signs with a new one from now on")
    keys.add_argument("--new", action="store_true", help="make a new key; the one before goes on verifying")
    keys.add_argument("--withdraw", metavar="KID", help="what this key signed verifies no more")
    keys.add_argument("--json", action="store_true", help="print the public keys as a JWK set")
    keys.set_defaults(run=run_keys)
    audit = verbs.add_parser("audit", help="whether the chain of decisions is as it was written")
    audit.add_argument("--json", action="store_true", help="print JSON")
    audit.set_defaults(run=run_audit)


def run_verify(args: argparse.Namespace) -> int:
    """Print what the e-licence is worth; 0 it holds, 1 it does not."""
    from lianqiao.engine.licences.credential import MOST_BYTES, keys_of, token_in, verify

    if args.keys is None:
        raise refuse(
            "keys-not-named",
            "the issuer's public keys are needed",
            hint="fetch them from the issuer's /.well-known/jwks.json and name them with --keys",
        )
    content = _read(args.file)
    token = token_in(content) or (_attached(content) if content.startswith(b"%PDF") else None)
    if token is None or len(content) > MOST_BYTES:
        raise refuse(
            "e-licence-not-found", "there is no signed e-licence in this file", place=str(args.file),
            hint="name the .jwt or the .pdf as it was issued; a scan or a photograph holds none",
        )  # fmt: skip
    keys = keys_of(_read(args.keys).decode(errors="replace"))
    status = _read(args.status).decode(errors="replace") if args.status else ""
    found = verify(token, keys, now=_moment(args.as_of), status=status)
    face = found.subject.get("licence", {}) if found.claims else {}
    told = {
        "state": found.state,
        "holds": found.state == "valid",
        "revocation": found.revocation,
        "key": found.kid,
        "issuer": dict(found.claims.get("issuer", {})) if found.claims else {},
        "holder": found.subject.get("name", ""),
        "credit_code": found.subject.get("creditCode", ""),
        "licence": face,
        "status_list": found.claims.get("credentialStatus", {}).get("statusListCredential", ""),
    }
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        _say(told)
    return 0 if told["holds"] else 1


def _say(told: dict[str, Any]) -> None:
    print(f"{told['state']}{'' if told['holds'] else ' — do not rely on it'}")
    face = told["licence"]
    for label, text in (
        ("licence", f"{face.get('title', '')} {face.get('number', '')}".strip()),
        ("holder", f"{told['holder']} {told['credit_code']}".strip()),
        ("issued", face.get("issuedOn", "")),
        ("valid until", face.get("validUntil", "")),
        ("signed by", told["issuer"].get("id", "")),
        ("key", told["key"]),
    ):
        if text:
            print(f"  {label}: {text}")
    if told["holds"] and told["revocation"] == "not-checked":
        print(f"  revocation not checked: fetch {told['status_list']} and name it with --status")


def run_check(args: argparse.Namespace) -> int:
    """Print the kinds of a pack, or every problem; 0 nothing wrong, 1 problems."""
    if args.schema:
        from lianqiao.engine.schema import licence_schema

        print(json.dumps(licence_schema(), ensure_ascii=False, indent=2))
        return 0
    from lianqiao.bridge.pack_files import read_texts
    from lianqiao.engine.errors import Refusal
    from lianqiao.engine.licences.reading import LicenceKinds, check_kinds, read_kinds
    from lianqiao.site.environment import default_district

    kinds = LicenceKinds()
    try:
        kinds = read_kinds(read_texts(args.path or default_district()))
        problems = check_kinds(kinds)
    except Refusal as refusal:
        if refusal.code == "pack-not-found":
            raise
        problems = list(refusal.problems)
    if args.json:
        print(
            json.dumps(
                {"kinds": list(kinds.kinds), "problems": list(map(asdict, problems))}, ensure_ascii=False
            )
        )
        return 1 if problems else 0
    for problem in problems:
        print(f"{problem.code}: {problem}", file=sys.stderr)
    for kind in kinds.kinds.values() if not problems else ():
        first = kind.citations[0]
        print(f"{kind.id}: {kind.title.zh_hans}, {kind.validity}, {first.law.zh_hans}{first.article}")
    return 1 if problems else 0


def run_renew(args: argparse.Namespace) -> int:
    """Run over the register and print what came of it; 0."""
    django_site.start()
    from lianqiao.service.licences.commands.nights import run_at_once
    from lianqiao.site import wall_clock

    night = run_at_once(now=wall_clock.read())
    names = (
        "registered",
        "near",
        "renewed",
        "missing",
        "failed",
        "opened",
        "unassigned",
        "lapsed",
        "took_ms",
    )
    told = {name: getattr(night, name) for name in names}
    print(json.dumps(told) if args.json else ", ".join(f"{name} {count}" for name, count in told.items()))
    return 0


def run_import(args: argparse.Namespace) -> int:
    """Enter the file; 0 every row was entered, 1 some were left out."""
    _read(args.file)
    django_site.start()
    from lianqiao.bridge.refusals import refusal_text
    from lianqiao.service.licences.commands.importing import import_file
    from lianqiao.site import wall_clock

    done = import_file(args.file, name=args.file.name, now=wall_clock.read())
    if args.json:
        print(json.dumps(asdict(done), ensure_ascii=False))
    else:
        for problem in done.problems:
            print(
                f"{problem.place}: {problem.facts.get('column', '')} {refusal_text(problem)}", file=sys.stderr
            )
        print(
            f"{done.added} added, {done.updated} updated, {done.unchanged} unchanged, {done.refused} left out"
        )
    return 1 if done.refused else 0


def run_keys(args: argparse.Namespace) -> int:
    """List the keys, after making or withdrawing one; 0."""
    django_site.start()
    from lianqiao.service.licences.commands import keys as commands
    from lianqiao.service.licences.queries import keys as queries
    from lianqiao.site import wall_clock

    if args.new:
        commands.rotate_key(now=wall_clock.read())
    if args.withdraw:
        commands.withdraw_key(args.withdraw, now=wall_clock.read())
    if args.json:
        print(json.dumps(queries.published_keys()))
        return 0
    for row in queries.every_key():
        state = "withdrawn" if row.withdrawn_at else "retired" if row.retired_at else "signs"
        print(f"{row.kid}  {state}  made {row.made_at.isoformat(timespec='seconds')}")
    return 0


def run_audit(args: argparse.Namespace) -> int:
    """Say whether the decisions are as they were written; 0 they are, 1 they are not."""
    django_site.start()
    from lianqiao.service.licences.queries.chain import verify_decisions

    count, problems = verify_decisions()
    if args.json:
        print(json.dumps({"decisions": count, "problems": list(map(asdict, problems))}, ensure_ascii=False))
    else:
        for problem in problems:
            print(f"{problem.code}: {problem}", file=sys.stderr)
        print(f"{count} decisions, {len(problems)} problems")
    return 1 if problems else 0


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise refuse("file-not-found", "there is no such file", place=str(path), hint="check its name")
    return path.read_bytes()


def _attached(content: bytes) -> str | None:
    """Return the credential attached to a PDF that another program has written anew."""
    import io

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    from lianqiao.engine.licences.credential import token_in

    try:
        attached = PdfReader(io.BytesIO(content)).attachments
        files = [one for several in attached.values() for one in several]
    except (PyPdfError, ValueError, KeyError, TypeError):
        return None
    return next((token for one in files if (token := token_in(one))), None)


def _moment(text: str | None) -> datetime:
    from lianqiao.engine.beijing import parse_instant
    from lianqiao.site import wall_clock

    return parse_instant(text) if text else wall_clock.read()
