"""`lianqiao token`: make, list and revoke access tokens at the server."""

from __future__ import annotations

import argparse
import json
from typing import Any

from lianqiao.command_line import django_site


def add_parser(subparsers: Any) -> None:
    """Register the verb `token` with `make`, `list` and `revoke`."""
    parser = subparsers.add_parser("token", help="access tokens: a program's key to the API for one person")
    verbs = parser.add_subparsers(dest="token_verb", metavar="VERB", required=True)
    make = verbs.add_parser("make", help="make one; its secret is printed this once")
    make.add_argument("username")
    make.add_argument("--name", required=True, help="what it is for")
    make.add_argument(
        "--scope", action="append", required=True, metavar="SCOPE",
        help="read, file, act, duty, office or hooks; may be given again",
    )  # fmt: skip
    make.add_argument("--days", type=int, default=90, help="how long it lasts (90)")
    make.set_defaults(run=run_make)
    listed = verbs.add_parser("list", help="list a person's tokens")
    listed.add_argument("username")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=run_list)
    revoke = verbs.add_parser("revoke", help="end one now")
    revoke.add_argument("number", type=int, metavar="NUMBER", help="as `list` shows it")
    revoke.set_defaults(run=run_revoke)


def run_make(args: argparse.Namespace) -> int:
    """Make the token and print its secret alone, so that a script can keep it."""
    django_site.start()
    from lianqiao.organization import commands
    from lianqiao.site import wall_clock

    person = _person(args.username)
    _token, secret = commands.make_token(
        person.pk, name=args.name, scopes=args.scope, days=args.days, actor=None, now=wall_clock.read()
    )
    print(secret)
    return 0


def run_list(args: argparse.Namespace) -> int:
    """List the person's tokens, newest first, without any secret."""
    django_site.start()
    from lianqiao.organization import queries
    from lianqiao.site import wall_clock

    now = wall_clock.read()
    rows: list[dict[str, Any]] = [
        {
            "number": token.pk,
            "name": token.name,
            "begins": token.begins,
            "scopes": token.scopes.split(),
            "expires_at": token.expires_at.isoformat(),
            "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
            "usable": queries.token_usable(token, at=now),
        }
        for token in queries.tokens_of(_person(args.username).pk)
    ]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        state = "in use" if row["usable"] else "over"
        print(f"{row['number']}\t{row['begins']}…\t{row['name']}\t{','.join(row['scopes'])}\t{state}")
    return 0


def run_revoke(args: argparse.Namespace) -> int:
    """Revoke the token; doing so again changes nothing."""
    django_site.start()
    from lianqiao.organization import commands
    from lianqiao.site import wall_clock

    token = commands.revoke_token(args.number, actor=None, now=wall_clock.read())
    print(f"{token.begins}…: revoked")
    return 0


def _person(username: str) -> Any:
    from lianqiao.engine.errors import refuse
    from lianqiao.organization import queries

    person = queries.person_named(username)
    if person is None:
        raise refuse("person-unknown", f"there is nobody with the user name {username}", hint="check it")
    return person
