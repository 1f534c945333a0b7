"""The simulation's functions as machine code, where Numba is at hand: the same source, the same result.

Compiling takes some seconds and is kept between runs beside the module. Short questions are answered sooner
by the functions as they stand, so the choice is made by how much there is to do.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import marshal
from collections.abc import Callable
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from lianqiao.engine.simulation import clock_rows, desk_rows, moments, rows

_MODULES: tuple[ModuleType, ...] = (rows, clock_rows, desk_rows, moments)


def available() -> bool:
    """True where Numba is installed."""
    return importlib.util.find_spec("numba") is not None


@cache
def compiled_run() -> Callable[..., Any]:
    """Return `moments.run` compiled; its machine code is made at the first call, or was kept from before."""
    # a second or more to load, and only long simulations need it
    njit: Any = importlib.import_module("numba").njit

    names: dict[str, Any] = {}
    for module in _MODULES:
        names |= vars(module)
    # Numba keeps machine code by the file of the function called; its callees' code is named here besides
    code = b"".join(marshal.dumps(function.__code__) for function in functions())
    for function in functions():
        twin = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
        if function is moments.run:
            twin.__qualname__ = f"run_{hashlib.sha256(code).hexdigest()[:12]}"
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
