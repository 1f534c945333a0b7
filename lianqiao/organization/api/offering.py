"""How an operation of the API is declared: what it is called, what it says, and which scope opens it.

Rooms only declare; the front door checks (`portal.api.doorkeeper`), and writes the document from the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from lianqiao.engine.beijing import beijing, parse_instant

Operation = TypeVar("Operation", bound=Callable[..., Any])
Item = TypeVar("Item")

# the key under which an operation keeps its declaration
OFFER = "x-lianqiao"

# control characters are never meant in a name or a search, and a zero byte is refused by PostgreSQL
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
# the same for texts of several lines
PRINTABLE_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
LARGEST_ID = 2**63 - 1


class Wanted(BaseModel):
    """What a request's body says; anything else in it, or of another type, is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Shown(BaseModel):
    """What is answered; later versions may say more."""


class Page(Shown, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(description=_("Ask for the same with this as `cursor`; null on the last page."))


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Words = Annotated[str, Field(max_length=100, pattern=PRINTABLE)]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=PRINTABLE)]
Reason = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
Limit = Annotated[int, Field(ge=1, le=200, description=_("How many at most."))]
Cursor = Annotated[
    str, Field(max_length=2000, pattern=r"^[A-Za-z0-9_:=-]*$", description=_("`next` of the page before."))
]
CreditCode = Annotated[str, Field(pattern=r"^[0-9A-Z]{18}$", examples=["91360112MA0000001X"])]
# the years an office plans in; what has no offset is Beijing time
When = Annotated[
    str,
    Field(
        pattern=r"^20\d\d-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?$".replace(r"\d", "[0-9]"),
        description=_("ISO 8601; Beijing time where no offset is given, its midnight where no time is."),
        examples=["2026-02-16T09:00"],
    ),
]
Moment = Annotated[
    datetime,
    PlainSerializer(lambda at: beijing(at).isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-02-11T10:00:00+08:00"]}),
]


class Cut(BaseModel):
    """Which page of a list is asked for."""

    limit: Limit = 50
    cursor: Cursor = ""


def instant(text: str, field: str) -> datetime:
    """Return the moment a `When` names; raises Refusal `time-malformed` for a day there is not."""
    return parse_instant(text, place=field)


def offer(
    router: Router,
    method: str,
    path: str,
    *,
    name: str,
    scope: str,
    says: str,
    answer: Any,
    more: str = "",
    status: int = 200,
    refuses: Iterable[int] = (),
    headers: Iterable[str] = (),
    body: dict[str, Any] | None = None,
    gives: str = "",
    told: bool = True,
) -> Callable[[Operation], Operation]:
    """Register an operation. `scope` is "" where anyone may ask; `says` and `more` are translated when shown.

    `refuses` are the statuses it can answer besides those every operation can; `headers` names of response
    headers. `body` declares what is read as a stream, `gives` the media type of an answer that is no JSON.
    What
    is not `told` stands in no document: another way to ask for what another operation answers.
    """
    declared = {
        "scope": scope,
        "refuses": tuple(refuses),
        "headers": tuple(headers),
        "more": more,
        "body": body,
        "gives": gives,
    }
    register = router.api_operation(
        [method],
        path,
        operation_id=name,
        summary=says,
        description=says,
        response={status: answer},
        url_name=name,
        openapi_extra={OFFER: declared},
        include_in_schema=told,
    )
    return register
