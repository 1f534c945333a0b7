"""The cells of a column that are written plainly, all at once; the rest is left to `cells.parse_cell`."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lianqiao.engine.policy.amounts import MOST_FEN
from lianqiao.engine.policy.binding import RATIO_UNITS
from lianqiao.engine.policy.cells import ABSENT, BLANKS, EARLIEST, UNITS
from lianqiao.engine.policy.columns import Booleans, days_since_epoch
from lianqiao.engine.policy.shape import Attribute

# fifteen digits, which a float tells apart
_EXACT = 2**47
_SCALES = {"%": 100, "fraction": RATIO_UNITS}


def quickly(
    series: pl.Series, attribute: Attribute, unit: str, today: date
) -> tuple[Any, Booleans, npt.NDArray[np.int64]]:
    """Return values as columns hold them, which are known, and the rows that must be read one by one.

    Only what `parse_cell` would read alike is taken here; a test holds the two to each other.
    """
    if attribute.kind == "text":
        return _texts(series, attribute)
    empty = series.is_null().to_numpy()
    if series.dtype == pl.String:
        empty = empty | (series.fill_null("") == "").to_numpy()
    values, plain = _values(series, attribute, unit)
    plain = plain & ~empty & _in_bounds(values, attribute, today)
    return np.where(plain, values, 0), plain, np.flatnonzero(~plain & ~empty)


def _texts(series: pl.Series, attribute: Attribute) -> tuple[Any, Booleans, npt.NDArray[np.int64]]:
    texts = series.cast(pl.String).fill_null("").str.strip_chars(BLANKS)
    known = (texts != "").to_numpy()
    values = np.array(texts.to_list(), dtype=object)
    if attribute.absent is None:
        return values, known, np.zeros(0, np.int64)
    marked = texts.str.to_lowercase().is_in(list(ABSENT)).to_numpy()
    return values, known & ~marked, np.flatnonzero(known & marked)


def _values(series: pl.Series, attribute: Attribute, unit: str) -> tuple[npt.NDArray[np.int64], Booleans]:
    scale = {"money": UNITS, "ratio": _SCALES}.get(attribute.kind, {}).get(unit)
    found = np.zeros(len(series), np.int64), np.zeros(len(series), np.bool_)
    if attribute.kind == "integer" or scale:
        found = _numbers(series, scale or 1)
    elif attribute.kind == "date":
        found = _dates(series)
    elif attribute.kind == "boolean" and series.dtype == pl.Boolean:
        found = _whole(series)
    elif attribute.kind in ("boolean", "choice") and series.dtype == pl.String:
        found = _options(series, attribute)
    return found


def _numbers(series: pl.Series, scale: int) -> tuple[npt.NDArray[np.int64], Booleans]:
    if series.dtype.is_integer() and scale == 1:
        return _whole(series)
    numbers = series.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    if series.dtype == pl.String:
        # what a number is decides the reader of cells: no exponents, no infinities; of fifteen digits no two
        # numbers are the same float
        written = series.fill_null("").str.contains(r"^-?\d{1,11}(\.\d{1,4})?$").to_numpy()
        numbers = np.where(written, numbers, np.nan)
    whole = np.round(numbers * scale)
    with np.errstate(invalid="ignore"):
        # scales are powers of ten: the number is so many whole units where they are the same float again
        good = (np.abs(whole) < _EXACT) & (whole / scale == numbers)
    return np.where(good, whole, 0).astype(np.int64), good


def _whole(series: pl.Series) -> tuple[npt.NDArray[np.int64], Booleans]:
    whole = series.cast(pl.Int64, strict=False)
    return whole.fill_null(0).to_numpy(), whole.is_not_null().to_numpy()


def _dates(series: pl.Series) -> tuple[npt.NDArray[np.int64], Booleans]:
    if series.dtype == pl.String:
        written = series.fill_null("").str.contains(r"^\d{4}-\d{2}-\d{2}$")
        series = pl.select(pl.when(written).then(series)).to_series().str.to_date("%Y-%m-%d", strict=False)
    elif series.dtype != pl.Date:
        return np.zeros(len(series), np.int64), np.zeros(len(series), np.bool_)
    days = series.to_physical()
    return days.fill_null(0).to_numpy().astype(np.int64), days.is_not_null().to_numpy()


def _options(series: pl.Series, attribute: Attribute) -> tuple[npt.NDArray[np.int64], Booleans]:
    codes = {name: place for place, name in enumerate(attribute.options)}
    if attribute.kind == "boolean":
        codes = {"true": 1, "false": 0, "是": 1, "否": 0}
    found = series.replace_strict(list(codes), list(codes.values()), default=None, return_dtype=pl.Int64)
    return found.fill_null(0).to_numpy(), found.is_not_null().to_numpy()


def _in_bounds(values: npt.NDArray[np.int64], attribute: Attribute, today: date) -> Booleans:
    if attribute.kind == "date":
        last = days_since_epoch(date.max if attribute.may_be_future else today)
        return (values >= days_since_epoch(EARLIEST)) & (values <= last)
    low = -MOST_FEN if attribute.minimum is None else attribute.minimum
    high = MOST_FEN if attribute.maximum is None else attribute.maximum
    if attribute.kind in ("integer", "money", "ratio"):
        return (values >= low) & (values <= high)
    return np.ones(len(values), np.bool_)
