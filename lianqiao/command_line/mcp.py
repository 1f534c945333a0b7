"""`lianqiao mcp`: tools for an assistant, over standard input and output, with one person's own rights."""

from __future__ import annotations

import argparse
from typing import Any

from lianqiao.engine.errors import refuse

INSTRUCTIONS = """\
Lianqiao 链桥 is where a development zone keeps its promises to firms. You act for one person, with that
person's own duties and never more; every act is logged as done through an assistant. Look a promise up
before filing: its `needs` are the JSON Schema of what to give. Money is whole fen, or yuan as text. Before an
act ask for the possible acts of the case. A grave act needs confirmed=true: ask the person first. Times are
Beijing time, and a due time is reckoned on the State Council's calendar: never work one out yourself, ask.
"""


def add_parser(subparsers: Any) -> None:
    """Register the verb `mcp`."""
    parser = subparsers.add_parser(
        "mcp",
        help="tools for an assistant (Model Context Protocol) over standard input and output",
        description="Set LIANQIAO_TOKEN to an access token. LIANQIAO_SERVER is the zone's address; without "
        "it this machine's own database is used. LIANQIAO_FILES is the one folder files may be sent from.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until the assistant closes the line; refuses `mcp-missing` where the package is not installed."""
    try:
        import mcp  # noqa: F401 - only whether it is there
    except ImportError:
        raise refuse(
            "mcp-missing",
            "the package “mcp” is not installed",
            hint="install lianqiao with the extra: lianqiao[mcp]",
        ) from None
    from lianqiao.command_line.api_calls import from_environment
    from lianqiao.command_line.mcp_tools import server_of

    calls = from_environment()
    try:
        server_of(calls, INSTRUCTIONS).run("stdio")
    finally:
        calls.close()
    return 0
