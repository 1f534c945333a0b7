"""`lianqiao import`: take tables in; one module for each kind of table, registered here."""

from __future__ import annotations

import importlib
from typing import Any

# each module adds its own sub-verb; none imports Django before it runs
KINDS = ("items", "historic_log")


def add_parser(subparsers: Any) -> None:
    """Register the verb `import` with a sub-verb for each kind of table."""
    parser = subparsers.add_parser("import", help="take in a table: good rows kept, bad ones reported")
    kinds = parser.add_subparsers(dest="import_kind", metavar="KIND", required=True)
    for name in KINDS:
        importlib.import_module(f"lianqiao.command_line.{name}").add_parser(kinds)
