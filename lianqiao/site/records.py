"""Every record that may only grow, verified at once: the log of cases, mandates, the task list."""

from __future__ import annotations

from dataclasses import replace

from lianqiao.bridge.queries import Verdict, verify_log
from lianqiao.organization.queries import verify_mandates
from lianqiao.service.tasks.queries import verify_tasks


def verify_records() -> Verdict:
    """Return what `verify_log` finds, and every sign that another record was altered."""
    verdict = verify_log()
    return replace(verdict, problems=(*verdict.problems, *verify_mandates(), *verify_tasks()))
