"""`lianqiao jobs`: do the long jobs that wait, and end; the worker starts it by itself."""

from __future__ import annotations

import argparse
from typing import Any

from lianqiao.command_line import django_site


def add_parser(subparsers: Any) -> None:
    """Register the verb `jobs`."""
    parser = subparsers.add_parser("jobs", help="do the long jobs that wait, then end (workers start it)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do every job that waits."""
    django_site.start()
    from django.db import InterfaceError, OperationalError

    from lianqiao.site import job_runner

    try:
        count = job_runner.run_jobs()
    except (InterfaceError, OperationalError) as error:
        # what was being done is taken up again when its lease runs out
        job_runner.log.warning("the database went away from the long jobs: %s", " ".join(str(error).split()))
        return 1
    print(f"jobs {count}")
    return 0
