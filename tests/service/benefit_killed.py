"""A process that makes a batch, reads a bank's answer or matches, and is killed at the commit it is told."""

from __future__ import annotations

import json
import sys
from datetime import datetime


def main() -> None:
    import django

    django.setup()
    from lianqiao.bridge import long_jobs
    from lianqiao.service.benefits.commands import matching, paying
    from lianqiao.site.job_kinds import KINDS
    from tests.bridge.killed import _die_at_commit

    task = json.loads(sys.argv[1])
    paying.AT_ONCE = matching.PARTIES_AT_ONCE = 2
    now = datetime.fromisoformat(task["now"])
    _die_at_commit(task["kill"], task["at"])
    long_jobs.do_all(KINDS, clock=lambda: now)


if __name__ == "__main__":
    main()
