"""One zone of the lifecycle benchmark: `python -m benchmarks.lifecycle_worker URL CASES`.

Reads lines `SIDE LIVES TOGETHER`.
Prints a line when the zone is filled, and for each line read the seconds its lifecycles
took, by the clock and of this process's processor time.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianqiao.site.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from benchmarks.lifecycle_bare import Bare  # noqa: E402
from benchmarks.lifecycle_peer import Peer  # noqa: E402
from benchmarks.lifecycle_zone import FILED, FIRST, fill, make_zone  # noqa: E402


def main(url: str, count: int) -> None:
    """Fill the zone, then carry as many lifecycles as each line asks for, so many of them at a time."""
    call_command("migrate", verbosity=0)
    zone = make_zone()
    fill(zone, count)
    peers = {"peer": Peer(url), "apart": Peer(url, specification_apart=True)}
    bare = Bare(url)
    print("ready", flush=True)
    for line in sys.stdin:
        side, lives, together = line.split()[0], *map(int, line.split()[1:])
        if side == "ours":
            zone.receive_forms(lives)
        # what one side leaves to be cleared away is not cleared away in the other's time
        gc.collect()
        before, worked = time.perf_counter(), time.process_time()
        for first in range(0, lives, together):
            if side == "bare":
                bare.life()
            elif side != "ours":
                peer_lives(peers[side], min(together, lives - first))
            elif together > 1:
                zone.lives_together(min(together, lives - first))
            else:
                zone.life()
        print(time.perf_counter() - before, time.process_time() - worked, flush=True)


def peer_lives(peer: Peer, count: int) -> None:
    """Open, assign, pause, resume, decide, close; the firm, the leader and the steward by turns."""
    form = {"sha256": "0" * 64, "name": "备案申请表.pdf", "size": 52_301, "type": "application/pdf"}
    at = FIRST
    keys = peer.open("firm", [FILED | {"application_form": [form]}] * count, at)
    wrong: dict[str, Any] = {"decision": "return", "incorrect": [{"field": "drama_title", "reason": "错字"}]}
    peer.act(keys, "assign", "leader", "leader", {"steward": "steward-01"}, at + timedelta(hours=1))
    peer.act(keys, "review", "steward", "steward-01", wrong, at + timedelta(days=1))
    peer.act(keys, "correct", "applicant", "firm", {"drama_title": "示例剧·春江"}, at + timedelta(days=2))
    decided = {"decision": "pass", "opinion": "同意"}
    peer.act(keys, "review", "steward", "steward-01", decided, at + timedelta(days=2, hours=1))
    done = {"result_note": "已办结"}
    peer.act(keys, "close", "steward", "steward-01", done, at + timedelta(days=2, hours=2))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
