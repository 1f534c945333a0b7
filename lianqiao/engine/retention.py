"""How long files are kept, as data. The log keeps what was filed, by hash, whatever becomes of the bytes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from lianqiao.engine.beijing import beijing
from lianqiao.engine.mechanism import Basis, Part


class RetentionRules(Part):
    """`retention.toml`. Years count from the day a case closed; 0 keeps for ever."""

    format: Literal[1] = 1
    unfinished_days: int = Field(default=2, ge=1, le=90)
    """An upload nobody went on with."""
    unbound_days: int = Field(default=7, ge=1, le=366)
    """A file received that no case and no draft names."""
    quarantine_days: int = Field(default=30, ge=1, le=3660)
    """A file a virus was found in."""
    case_file_years: int = Field(default=0, ge=0, le=100)
    film_years: int = Field(default=0, ge=0, le=100)
    result_years: int = Field(default=0, ge=0, le=100)
    basis: tuple[Basis, ...] = ()

    def years(self, *, media_type: str, result: bool) -> int:
        """Return how many years after its case closed a file is kept; 0 for ever."""
        if result:
            return self.result_years
        return self.film_years if media_type.startswith("video/") else self.case_file_years


def years_before(moment: datetime, years: int) -> datetime:
    """Return the moment so many years earlier; 29 February becomes the day before."""
    local = beijing(moment)
    try:
        return local.replace(year=local.year - years)
    except ValueError:
        return (local - timedelta(days=1)).replace(year=local.year - years)
