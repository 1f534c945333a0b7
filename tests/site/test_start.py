"""What a process reads at its start: every command waits for it, and the tests start hundreds."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("numpy", "numba", "llvmlite", "cryptography", "fpdf", "fontTools", "PIL", "openpyxl", "lxml")
STARTED = "import django; django.setup()"
ACTING = f"{STARTED}; import lianqiao.bridge.commands"
SERVING = f"{STARTED}; import lianqiao.site.urls"


@pytest.mark.parametrize(
    ("reads", "without"),
    [
        (STARTED, HEAVY),
        (ACTING, HEAVY),
        (SERVING, ("numba", "llvmlite", "fpdf", "fontTools")),
    ],
    ids=["started", "acting", "serving"],
)
def test_what_is_seldom_needed_is_read_when_it_is(reads: str, without: tuple[str, ...]) -> None:
    asks = f"{reads}; import sys; print(*({{*{without!r}}} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
