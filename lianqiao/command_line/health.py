"""`lianqiao health`: ask the server of this machine, or look for its worker, as a supervisor would."""

from __future__ import annotations

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from typing import Any

ANSWERS_WITHIN_S = 10


def add_parser(subparsers: Any) -> None:
    """Register the verb `health`."""
    parser = subparsers.add_parser("health", help="say whether this machine's server, or worker, can work")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument("--worker", action="store_true", help="look for a worker of this machine instead")
    parser.add_argument("--json", action="store_true", help="say it as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0 where all is well, 1 with the reasons where it is not."""
    healthy, facts = _worker() if args.worker else _server(args.port)
    if args.json:
        print(json.dumps({"healthy": healthy, **facts}, ensure_ascii=False))
    elif healthy:
        print("ready")
    else:
        print("not ready: " + json.dumps(facts, ensure_ascii=False), file=sys.stderr)
    return 0 if healthy else 1


def _server(port: int) -> tuple[bool, dict[str, Any]]:
    # the machine itself is asked, whatever proxy the environment names
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/health/ready", timeout=ANSWERS_WITHIN_S) as answer:
            return True, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return False, json.loads(error.read() or b"{}")
    except (OSError, ValueError) as error:
        return False, {"reasons": {"server": f"nothing answers at port {port}: {error}"}}


def _worker() -> tuple[bool, dict[str, Any]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianqiao.site.settings")
    from lianqiao.site import pulse, wall_clock

    seen = pulse.newest(host=pulse.this_host())
    if seen is None:
        return False, {"reasons": {"worker": "no worker of this machine has ticked"}}
    age_s = (wall_clock.read() - seen.at).total_seconds()
    reasons = {"worker": f"it last ticked {age_s:.0f} s ago"} if age_s > pulse.FRESH_S else {}
    return not reasons, {"age_s": round(age_s), "failures": seen.failures, "reasons": reasons}
