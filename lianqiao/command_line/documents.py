"""`lianqiao documents`: make out the documents decisions owe, and end; the worker starts it by itself."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from typing import Any

from lianqiao.command_line import django_site


def add_parser(subparsers: Any) -> None:
    """Register the verb `documents`."""
    parser = subparsers.add_parser(
        "documents", help="make out the documents decisions owe, then end (workers start it)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make out every document owed; raises Refusal for those that cannot be, once the others are made."""
    django_site.start()
    # stopped, it clears up behind itself; and whoever waits for a page goes first
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.nice(10)
    from lianqiao.bridge import jobs
    from lianqiao.site import wall_clock
    from lianqiao.site.addresses import document_address

    print(f"documents {jobs.issue_all(clock=wall_clock.read, link=document_address)}")
    return 0
