"""The bulk evaluator's machine code: sixty-four parties a word, one bit each, two planes a verdict.

A verdict lies in two bit planes: `surely` (yes) and `maybe` (not no); unknown is `maybe` without `surely`.
With these two, three-valued logic is plain `&`, `|` and `~`: not(surely, maybe) = (~maybe, ~surely). The rows
are walked through once, in blocks small enough that every plane of a block stays in the processor's cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from lianqiao.engine.policy.opcodes import (
    ALL,
    BITS_64,
    BLOCK,
    EQUAL_8,
    FLAG,
    HAS,
    LESS_32,
    LESS_64,
    WORD,
)


def _mask(compare: str) -> Any:
    """Return an intrinsic that compares 64 neighbours of an array with a value, a bit each (`&`: shares one).

    The comparison is one vector operation of LLVM, so each processor takes its widest opcodes.
    """

    @intrinsic
    def mask(typing_context: Any, array: Any, offset: Any, value: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
            width = signature.args[0].dtype.bitwidth
            number = ir.IntType(width)
            lanes = ir.VectorType(number, WORD)
            place = builder.bitcast(builder.gep(data, [arguments[1]]), lanes.as_pointer())
            values = builder.load(place)
            values.align = width // 8
            wanted = arguments[2] if width == 64 else builder.trunc(arguments[2], number)
            one = builder.insert_element(ir.Constant(lanes, ir.Undefined), wanted, ir.IntType(32)(0))
            same = ir.Constant(ir.VectorType(ir.IntType(32), WORD), [0] * WORD)
            every = builder.shuffle_vector(one, one, same)
            if compare == "&":
                found = builder.icmp_signed("!=", builder.and_(values, every), ir.Constant(lanes, None))
            else:
                found = builder.icmp_signed(compare, values, every)
            return builder.bitcast(found, ir.IntType(64))

        return types.uint64(array, types.int64, types.int64), codegen

    return mask


_less = _mask("<")
_equal = _mask("==")
_shares_bits = _mask("&")


def _compiled(function: Any) -> Any:
    """Compile for this processor; the machine code is kept on the disk where there is a place to keep it."""
    try:
        return njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        return njit(nogil=True, error_model="numpy")(function)


@_compiled
def run(
    tests: Any, wide: Any, narrow: Any, codes: Any, flags: Any, known: Any, absent: Any,
    steps: Any, operands: Any, wanted: Any, first: int, last: int, yes: Any, unknown: Any,
) -> None:  # fmt: skip
    """Fill the planes `yes` and `unknown` (policies × words) for the words from `first` up to `last`.

    `tests` (n × 4): kind, row of its matrix, value, row of `known`. `steps` (n × 3): ALL or ANY, and where
    in `operands` its own begin and end. An operand is a plane's number, or minus one minus it where denied;
    planes count tests first, then steps. `wanted`: each policy's plane, written as an operand is.
    Every matrix of columns is padded to whole words with parties of whom nothing is known.
    """
    planes = len(tests) + len(steps)
    surely = np.empty((planes, BLOCK), np.uint64)
    maybe = np.empty((planes, BLOCK), np.uint64)
    for start in range(first, last, BLOCK):
        count = min(BLOCK, last - start)
        for plane in range(len(tests)):
            _test(
                plane, tests[plane, 0], tests[plane, 1], tests[plane, 2], tests[plane, 3], start, count,
                wide, narrow, codes, flags, known, absent, surely, maybe,
            )  # fmt: skip
        for step in range(len(steps)):
            _join(len(tests) + step, steps[step, 0], operands[steps[step, 1] : steps[step, 2]], surely, maybe)
        for policy in range(len(wanted)):
            plane = wanted[policy]
            for word in range(count):
                if plane >= 0:
                    sure, may = surely[plane, word], maybe[plane, word]
                else:
                    sure, may = ~maybe[-1 - plane, word], ~surely[-1 - plane, word]
                yes[policy, start + word] = sure
                unknown[policy, start + word] = may & ~sure


@_compiled
def _test(
    plane: int, kind: int, row: int, value: int, knows: int, start: int, count: int,
    wide: Any, narrow: Any, codes: Any, flags: Any, known: Any, absent: Any, surely: Any, maybe: Any,
) -> None:  # fmt: skip
    for word in range(count):
        at = (start + word) * WORD
        here = known[knows, start + word]
        if kind == LESS_32:
            passed = _less(narrow, row * narrow.shape[1] + at, value)
        elif kind == LESS_64:
            passed = _less(wide, row * wide.shape[1] + at, value)
        elif kind == EQUAL_8:
            passed = _equal(codes, row * codes.shape[1] + at, value)
        elif kind == FLAG:
            passed = flags[row, start + word]
        elif kind == BITS_64:
            passed = _shares_bits(wide, row * wide.shape[1] + at, value)
        elif kind == HAS:
            passed = here
            # what is known to be absent is as certain an answer as a value
            here |= absent[knows, start + word]
        else:
            passed = ~np.uint64(0) if value else np.uint64(0)
            here = ~np.uint64(0)
        surely[plane, word] = passed & here
        maybe[plane, word] = passed | ~here


@_compiled
def _join(plane: int, kind: int, operands: Any, surely: Any, maybe: Any) -> None:
    start = ~np.uint64(0) if kind == ALL else np.uint64(0)
    for word in range(BLOCK):
        surely[plane, word] = start
        maybe[plane, word] = start
    for operand in operands:
        for word in range(BLOCK):
            if operand >= 0:
                sure, may = surely[operand, word], maybe[operand, word]
            else:
                sure, may = ~maybe[-1 - operand, word], ~surely[-1 - operand, word]
            if kind == ALL:
                surely[plane, word] &= sure
                maybe[plane, word] &= may
            else:
                surely[plane, word] |= sure
                maybe[plane, word] |= may
