"""`lianqiao load`: bring the database up to this release and take the district pack into service."""

from __future__ import annotations

import argparse
import json
from typing import Any

from lianqiao.command_line import django_site


def add_parser(subparsers: Any) -> None:
    """Register the verb `load`."""
    parser = subparsers.add_parser(
        "load", help="migrate the database, check the district pack and load its organization"
    )
    parser.add_argument("--json", action="store_true", help="say what was loaded as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Migrate, check and load; safe to repeat, and nothing is loaded from a pack with a fault."""
    django_site.start_without_zone()
    loaded = load()
    if args.json:
        print(json.dumps(loaded, ensure_ascii=False))
    else:
        print(f"{loaded['district']}: {loaded['promises']} promise(s) in service, database up to date")
    return 0


def load() -> dict[str, Any]:
    """Migrate the database and check the pack; returns the district's name and what it promises.

    Raises Refusal `schema-newer` where a newer release has been at the database.
    """
    from django.conf import settings

    from lianqiao.bridge import packs
    from lianqiao.site import schema

    # what was published since belongs to the pack, and is looked for in the database
    settings.ENVIRONMENT.make_home()
    pack = packs.current()
    schema.bring_up_to_date()
    return {"district": pack.district.title.in_language("zh-hans"), "promises": len(pack.newest_versions)}
