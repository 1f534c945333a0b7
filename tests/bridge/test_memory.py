"""What was needed for a moment does not stay with the server."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest
from fpdf import FPDF

from lianqiao.bridge import memory
from lianqiao.bridge.result_document import fonts

# blocks of the C library's heap, every one freed but the last, which keeps the heap from shrinking by itself
HELD = """
from pathlib import Path
from lianqiao.bridge import memory

def resident_kb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4

blocks = [b"x" * 100_000 for _ in range(1000)]
last = b"x" * 100_000
blocks.clear()
before = resident_kb()
memory.give_back()
print(before - resident_kb())
"""


# four threads at once; a heap of a thread's own reserves 64 MB of addresses nobody can use yet
HEAPS = """
import sys, threading
from pathlib import Path
from lianqiao.bridge import memory

if sys.argv[1] == "one":
    memory.one_heap()
together = threading.Barrier(4)
kept = []

def take():
    together.wait()
    kept.append([b"x" * 1000 for _ in range(1000)])
    together.wait()

threads = [threading.Thread(target=take) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
heaps = 0
for line in Path("/proc/self/maps").read_text().splitlines():
    span, rights = line.split()[:2]
    begin, end = (int(place, 16) for place in span.split("-"))
    heaps += rights == "---p" and 48 << 20 < end - begin <= 64 << 20
print(heaps)
"""
ON_GNU = pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library is not GNU's"
)


@ON_GNU
def test_threads_share_a_heap_where_they_are_told_to() -> None:
    found = [
        int(
            subprocess.run(
                [sys.executable, "-c", HEAPS, how], capture_output=True, text=True, check=True
            ).stdout
        )
        for how in ("one", "each")
    ]
    assert found[0] == 0
    assert found[1] > 0


@ON_GNU
def test_what_is_free_goes_back_to_the_machine() -> None:
    done = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 80_000


@pytest.mark.django_db
def test_what_a_font_took_goes_back_once_the_paper_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr(memory, "give_back", lambda: given.append(1))
    paper = FPDF()
    paper.add_page()
    fonts.embed(paper, "any", "示例")
    paper.set_font("any", size=12)
    paper.cell(text="示例")
    assert fonts.finished(paper).startswith(b"%PDF-")
    assert given == [1]
    assert not paper.fonts
