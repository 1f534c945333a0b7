"""The simulation's functions as machine code, where Numba is at hand: the same source, the same result.

Compiling takes some seconds; the machine code is kept beside the module's byte code, and made anew when any
of the functions changes.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import marshal
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from lianqiao.engine.simulation import clock_rows, desk_rows, moments, rows

_MODULES: tuple[ModuleType, ...] = (rows, clock_rows, desk_rows, moments)


def available() -> bool:
    """True where Numba is installed."""
    return importlib.util.find_spec("numba") is not None


def at_hand() -> bool:
    """True where the machine code was made before and need only be read."""
    if compiled_run.cache_info().currsize:
        return True
    folder = Path(importlib.util.cache_from_source(str(moments.__file__))).parent
    return available() and any(folder.glob(f"moments.{_name()}-*.nbi"))


@cache
def compiled_run() -> Callable[..., Any]:
    """Return `moments.run` compiled; its machine code is made at the first call, or was kept from before."""
    # a second or more to load, and only long simulations need it
    njit: Any = importlib.import_module("numba").njit
    names: dict[str, Any] = {}
    for module in _MODULES:
        names |= vars(module)
    for function in functions():
        twin = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
        if function is moments.run:
            twin.__qualname__ = _name()
        # nothing here makes or keeps an array, and counting references would take most of the time
        names[function.__name__] = njit(twin, cache=function is moments.run, error_model="numpy", _nrt=False)
    run: Callable[..., Any] = names["run"]
    return run


def functions() -> list[FunctionType]:
    """Return every function the compiled form is made of."""
    return [
        part
        for module in _MODULES
        for part in vars(module).values()
        if isinstance(part, FunctionType) and part.__module__ == module.__name__
    ]


@cache
def _name() -> str:
    """Return a name for the machine code that changes with any function: Numba looks at one file only."""
    code = b"".join(marshal.dumps(function.__code__) for function in functions())
    return f"run_{hashlib.sha256(code).hexdigest()[:12]}"
