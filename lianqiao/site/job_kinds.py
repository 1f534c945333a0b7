"""The kinds of long jobs there are, each with what does it; a room's kind is named here and nowhere else."""

from __future__ import annotations

from lianqiao.bridge.long_jobs import Kind

KINDS: dict[str, Kind] = {}
