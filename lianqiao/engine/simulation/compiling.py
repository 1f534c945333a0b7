"""The simulation's functions as machine code, where Numba is at hand: the same source, the same result.

Compiling takes some seconds; the machine code is kept beside the module's byte code, and made anew when any
of the functions changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import importlib.util
import marshal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
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
    return available() and any(_folder().glob(f"moments.{_name()}-*.nbi"))


@cache
def compiled_run() -> Callable[..., Any]:
    """Return `moments.run` as machine code for five arrays of int64, made now or kept from before."""
    # a second or more to load, and only long simulations need it
    numba: Any = importlib.import_module("numba")
    with _one_at_a_time():
        run = _twins(numba.njit)["run"]
        run.compile((numba.int64[::1],) * 5)
    return run  # type: ignore[no-any-return]


def _twins(njit: Any) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for module in _MODULES:
        names |= vars(module)
    for function in functions():
        twin = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
        if function is moments.run:
            twin.__qualname__ = _name()
        # nothing here makes or keeps an array, and counting references would take most of the time
        names[function.__name__] = njit(twin, cache=function is moments.run, error_model="numpy", _nrt=False)
    return names


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one process of the machine make the code while others wait, and then read what it kept."""
    with ExitStack() as stack:
        # where nothing can be kept, as in a read-only installation, each process makes its own
        with suppress(OSError):
            _folder().mkdir(exist_ok=True)
            file = stack.enter_context((_folder() / "moments.lock").open("a"))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _folder() -> Path:
    return Path(importlib.util.cache_from_source(str(moments.__file__))).parent


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
