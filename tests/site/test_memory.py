"""What was needed for a moment does not stay with the server."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from typing import Any

import pytest

from lianqiao.site import memory, worker
from tests.world import NOW, World

# blocks of the C library's heap, every one freed but the last, which keeps the heap from shrinking by itself
HELD = """
from pathlib import Path
from lianqiao.site import memory

def resident_kb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4

blocks = [b"x" * 100_000 for _ in range(1000)]
last = b"x" * 100_000
blocks.clear()
before = resident_kb()
memory.give_back()
print(before - resident_kb())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library is not GNU's")
def test_what_is_free_goes_back_to_the_machine() -> None:
    done = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 80_000


@pytest.mark.parametrize("documents", [0, 2])
def test_after_documents_were_made_out(world: World, monkeypatch: pytest.MonkeyPatch, documents: int) -> None:
    given: list[Any] = []
    monkeypatch.setattr(memory, "give_back", lambda: given.append(1))
    monkeypatch.setattr(worker, "_sent", lambda now: (0, documents))
    worker.tick_once(now=NOW)
    assert len(given) == (1 if documents else 0)
