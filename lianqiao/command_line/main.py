"""The `lianqiao` command: picks the verb, and says every refusal with its place, reason and remedy."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from lianqiao import __version__
from lianqiao.engine.errors import Refusal

# each module adds its own verb; none imports Django before its verb runs
VERBS = (
    "serve", "clock", "check", "load", "tick", "demo", "log", "importing", "account", "backup", "restore",
    "health", "token", "mcp", "jobs", "policy", "simulate", "exporting", "reporting",
    "licence",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit status: 0 done, 1 found something wrong, 2 refused."""
    parser = argparse.ArgumentParser(prog="lianqiao", description="链桥 Lianqiao: promises of a zone, kept")
    parser.add_argument("--version", action="version", version=f"lianqiao {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name in VERBS:
        importlib.import_module(f"lianqiao.command_line.{name}").add_parser(verbs)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except Refusal as refusal:
        for problem in refusal.problems:
            print(f"lianqiao {chosen.verb}: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # whoever read our output has read enough
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
