"""The `lianqiao` command: picks the verb, and says every refusal with its place, reason and remedy."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from lianqiao import __version__
from lianqiao.command_line import django_site
from lianqiao.engine.errors import Refusal

# each module adds its own verb; none imports Django before its verb runs
VERBS = (
    "serve", "clock", "check", "load", "tick", "demo", "log", "importing", "account", "backup", "restore",
    "health", "token", "mcp", "jobs", "documents", "policy", "simulate", "exporting", "reporting",
    "licence",
)  # fmt: skip


def command_parser() -> argparse.ArgumentParser:
    """Return the parser with every verb; each verb's `run` is among its defaults."""
    parser = argparse.ArgumentParser(prog="lianqiao", description="链桥 Lianqiao: promises of a zone, kept")
    parser.add_argument("--version", action="version", version=f"lianqiao {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name in VERBS:
        importlib.import_module(f"lianqiao.command_line.{name}").add_parser(verbs)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit status: 0 done, 1 found something wrong, 2 refused."""
    chosen = command_parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except Refusal as refusal:
        return _say(chosen.verb, refusal)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # whoever read our output has read enough
        sys.stderr.close()
        return 0
    except Exception as error:
        if (away := django_site.away(error)) is None:
            raise
        return _say(chosen.verb, away)


def _say(verb: str, refusal: Refusal) -> int:
    for problem in refusal.problems:
        print(f"lianqiao {verb}: {problem}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
