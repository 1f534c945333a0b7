"""How much processor time processes have spent, as Linux counts it; nothing on systems that do not say."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def spent_s(pids: Iterable[int]) -> float:
    """Return the seconds these processes spent so far, in the system for them too; ended ones count 0."""
    return sum(map(_spent_s, pids))


def _spent_s(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    # the name stands in brackets and may hold anything
    parts = text.rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def serving_database(address: str) -> list[int]:
    """Return the processes of a PostgreSQL server on this machine that serve the database of an address."""
    if not address.startswith("postgres"):
        return []
    import psycopg

    with psycopg.connect(address) as connection:
        rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [pid for (pid,) in rows if pid != connection.info.backend_pid]
