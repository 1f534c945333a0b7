"""`lianqiao account`: make an account at the server, where the first officer of a zone has nobody to ask."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from lianqiao.command_line import django_site


def add_parser(subparsers: Any) -> None:
    """Register the verb `account`."""
    parser = subparsers.add_parser("account", help="make an account for an officer; asks for the password")
    parser.add_argument("username")
    parser.add_argument("--name", required=True, help="the name others see")
    parser.add_argument("--email", default="")
    parser.add_argument("--duty", default="", help="a first duty, such as `office`")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make the account; the password comes from the terminal, or else from standard input."""
    django_site.start()
    from django.db import transaction

    from lianqiao.organization import commands
    from lianqiao.site import wall_clock

    # the terminal shows nothing of what is typed; a script may pipe one line
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    now = wall_clock.read()
    with transaction.atomic():
        person = commands.register_person(
            args.username, name=args.name, email=args.email, password=password, actor=None, now=now
        )
        if args.duty:
            commands.give_duty(person.pk, code=args.duty, actor=None, now=now)
    print(f"{person.username}: account made" + (f", duty {args.duty} given" if args.duty else ""))
    return 0
