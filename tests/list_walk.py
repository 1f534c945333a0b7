"""Looking at a list as its page drew it, and asking of it all that every list can do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from unittest import mock

from django.core.paginator import Page
from django.test import Client
from openpyxl import load_workbook

from lianqiao.organization.lists import ROWS_ON_A_PAGE, Look
from lianqiao.portal.listing import ListNode
from tests.world import stream


@dataclass(frozen=True)
class Drawn:
    """A list as a page drew it; `template` is the file that has it, `key` its place there."""

    template: str
    key: str
    page: Any
    look: Look | None
    search: str
    export: str


@contextmanager
def drawing() -> Iterator[list[Drawn]]:
    """Note every list that is drawn."""
    found: list[Drawn] = []
    render = ListNode.render

    def noted(node: ListNode, context: Any) -> Any:
        given = {name: value.resolve(context) for name, value in node.options.items()}
        found.append(
            Drawn(
                template=str(node.origin.template_name),  # type: ignore[attr-defined]
                key=str(given.get("id", "list")),
                page=given["page"],
                look=given.get("look"),
                search=str(given.get("search", "")),
                export=str(given.get("export", "")),
            )
        )
        return render(node, context)

    with mock.patch.object(ListNode, "render", noted):
        yield found


def drawn(client: Client, address: str) -> list[Drawn]:
    """Return the lists an address draws."""
    with drawing() as found:
        answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return found


def asked(address: str, **more: str) -> str:
    """Return the address asking for this too."""
    query = "&".join(f"{name}={value}" for name, value in more.items())
    return f"{address}{'&' if '?' in address else '?'}{query}"


def assert_arranged(client: Client, address: str) -> list[Drawn]:
    """Ask one list for search, order, pages, a choice of columns, views, and the workbook of just these."""
    found = drawn(client, address)
    (one,) = found
    look = one.look
    assert look is not None, "no choice of columns and no views"
    assert one.search, "no search"
    assert one.export, "no workbook"
    assert isinstance(one.page, Page), "no pages"
    assert one.page.paginator.per_page == ROWS_ON_A_PAGE
    assert sum(choice.fixed for choice in look.choices) == 1
    assert len(look.choices) > 2
    page = client.get(asked(address, q="%E7%A4%BA%E4%BE%8B")).content.decode()
    assert f'action="{look.views_url}"' in page
    assert f'action="{look.columns_url}"' in page
    _assert_sorted(client, address, look)
    _assert_columns(client, address, one.export, look)
    return found


def _assert_sorted(client: Client, address: str, look: Look) -> None:
    everything = ".".join(choice.key for choice in look.choices)
    (whole,) = drawn(client, asked(address, columns=everything))
    assert whole.look is not None
    sorts = [column.sort for column in whole.look.columns if column.sort]
    assert sorts, "no order"
    for sort in sorts:
        for wanted in (sort, f"-{sort}"):
            answer = client.get(asked(address, sort=wanted))
            assert answer.status_code == 200, f"{address} by {wanted}"
            turned = f'aria-sort="{"descending" if wanted.startswith("-") else "ascending"}"'
            # the arrow is on the column, where that is shown and there is a table
            shown = (
                any(column.sort == sort for column in look.columns) and "<thead" in answer.content.decode()
            )
            assert not shown or turned in answer.content.decode()


def _assert_columns(client: Client, address: str, export: str, look: Look) -> None:
    lead = next(choice.key for choice in look.choices if choice.fixed)
    last = [choice.key for choice in look.choices if not choice.fixed][-1]
    for wanted in ({last}, {choice.key for choice in look.choices}):
        chosen = ".".join(sorted(wanted))
        (narrow,) = drawn(client, asked(address, columns=chosen))
        assert narrow.look is not None
        shown = [column for column in narrow.look.columns if not column.hide]
        assert {column.key for column in shown} == wanted | {lead}
        heads = [part.heading for column in shown for part in column.sheet]
        assert _first_row(client, asked(export, columns=chosen)) == heads


def _first_row(client: Client, address: str) -> list[Any]:
    book = load_workbook(BytesIO(stream(client.get(address))), read_only=True)
    sheet = book.active
    assert sheet is not None
    row = next(sheet.iter_rows(values_only=True))
    book.close()
    return list(row)
