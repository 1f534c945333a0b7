"""The list atom: a table whose columns sort by address, with search, filters, pages and an Excel export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from lianqiao.organization.lists import MOST_COUNTED


def part(thing: Any, name: str, default: Any = "") -> Any:
    """Return an item's value whether it is a dict or an object; missing and None are the default."""
    value = thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
    return default if value is None else value


@dataclass(frozen=True)
class Column:
    """A column of a list as the template sees it: `sorted` is "", ascending or descending."""

    key: str
    label: str
    look: str
    lead: bool
    hide: bool
    url: str
    sorted: str

    @cached_property
    def opening(self) -> str:
        """The tag that opens each of its cells."""
        if self.lead:
            return f'<th scope="row" class="{self.look}">'
        return f'<td data-label="{"" if self.hide else escape(self.label)}" class="{self.look}">'


class ListNode(template.Node):
    """Renders rows, filters and the empty state in the page's own context, then the list around them."""

    child_nodelists = ("rows", "filters", "none")

    def __init__(
        self, options: dict[str, FilterExpression], rows: NodeList, filters: NodeList, none: NodeList
    ) -> None:
        self.options, self.rows, self.filters, self.none = options, rows, filters, none

    def render(self, context: Context) -> SafeString:
        options = {name: value.resolve(context) for name, value in self.options.items()}
        query = query_of(context)
        look, bulk = options.get("look"), options.get("bulk")
        given = look.columns if look else options["columns"]
        columns = _columns(given, query, str(options.get("sort", "")))
        page = options["page"]
        inside = {
            "_columns": {column.key: column for column in columns},
            "_hidden": {choice.key for choice in look.choices} if look else set(),
            "_picked": f"{options.get('id', 'list')}-bulk" if bulk else "",
        }
        with context.push(**inside):
            rows, filters = self.rows.render(context), self.filters.render(context)
            none = self.none.render(context)
        paged = isinstance(page, Page)
        total = getattr(page.paginator, "counted", page.paginator.count) if paged else len(page)
        shown = {
            "caption": options["caption"],
            "id": options.get("id", "list"),
            "search": options.get("search", ""),
            "export": _export(str(options.get("export", "")), query),
            "columns": columns,
            "look": look,
            "bulk": bulk,
            "csrf_token": context.get("csrf_token", ""),
            "more": paged and getattr(page.paginator, "more", False),
            "most": MOST_COUNTED,
            "counted_short": paged and getattr(page.paginator, "known", 0) is None,
            "rows": rows,
            "filters": filters,
            "none": none,
            "total": total,
            "query": query.get("q", ""),
            "kept": _kept(query, filters),
            "path": getattr(context.get("request"), "path", ""),
            "narrowed": any(query.values()),
            **(paging(page, query) if paged and page.paginator.num_pages > 1 else {"steps": []}),
        }
        return render_to_string("portal/atoms/list.html", shown)


def parse_list(parser: Parser, token: Token) -> ListNode:
    """Parse `{% list … %} rows {% filters %} … {% none %} … {% endlist %}`; the parts after rows may lack."""
    options = token_kwargs(token.split_contents()[1:], parser)
    known = {"caption", "page", "columns", "look", "bulk", "search", "export", "sort", "id"}
    if (
        missing := {"caption", "page", "columns"}
        - set(options)
        - ({"columns"} if "look" in options else set())
    ):
        raise template.TemplateSyntaxError(f"list needs {', '.join(sorted(missing))}")
    if unknown := set(options) - known:
        raise template.TemplateSyntaxError(f"list does not take {', '.join(sorted(unknown))}")
    parts = {"list": parser.parse(("filters", "none", "endlist"))}
    while (here := parser.next_token().contents.strip()) != "endlist":
        parts[here] = parser.parse(("filters", "none", "endlist"))
    return ListNode(options, parts["list"], parts.get("filters", NodeList()), parts.get("none", NodeList()))


class CellNode(template.Node):
    """One cell of a row, labelled for the cards rows become on a phone; nothing where it is not shown."""

    def __init__(self, key: FilterExpression, content: NodeList) -> None:
        self.key, self.content = key, content
        self.nodelist = content

    def render(self, context: Context) -> SafeString:
        key, columns = self.key.resolve(context), context["_columns"]
        column = columns.get(key)
        if column is None:
            if key in context["_hidden"]:
                return SafeString("")
            raise template.TemplateSyntaxError(f"no column {key!r}: the list has {', '.join(columns)}")
        content = self.content.render(context)
        return SafeString(f"{column.opening}<div>{content}</div>{'</th>' if column.lead else '</td>'}")


def parse_cell(parser: Parser, token: Token) -> CellNode:
    """Parse `{% cell "key" %} … {% endcell %}`."""
    words = token.split_contents()
    if len(words) != 2:
        raise template.TemplateSyntaxError("cell takes the key of its column")
    content = parser.parse(("endcell",))
    parser.delete_first_token()
    return CellNode(parser.compile_filter(words[1]), content)


def pick(context: Context, value: str, label: str) -> SafeString:
    """Return the cell with the box that chooses a row for a bulk act; nothing where the list has none."""
    if not context.get("_picked"):
        return SafeString("")
    words = gettext("Choose %(row)s") % {"row": label}
    return format_html(
        '<td class="pick"><label><input type="checkbox" name="row" value="{}" form="{}">'
        '<span class="sr-only">{}</span></label></td>',
        value,
        context["_picked"],
        words,
    )


def _columns(given: Sequence[Any], query: QueryDict, default_sort: str) -> list[Column]:
    now = query.get("sort", "") or default_sort
    leads = [part(column, "lead", False) for column in given]
    made = []
    for index, column in enumerate(given):
        key, sort = str(part(column, "key")), part(column, "sort", False)
        sort = key if sort is True else str(sort or "")
        standing = {sort: "ascending", f"-{sort}": "descending"}.get(now, "") if sort else ""
        turned = f"-{sort}" if standing == "ascending" else sort
        made.append(
            Column(
                key=key,
                label=str(part(column, "label")),
                look=_look(column),
                lead=bool(leads[index]) if any(leads) else index == 0,
                hide=bool(part(column, "hide", False)),
                url=_address(query, sort=turned, page=None) if sort else "",
                sorted=standing,
            )
        )
    return made


def _look(column: Any) -> str:
    """Return the classes of a column's cells: numbers to the end, dates and buttons on one line."""
    fit = part(column, "fit", False) or part(column, "hide", False)
    return str(part(column, "align", "start")) + (" fit" if fit else "")


def query_of(context: Context) -> QueryDict:
    """Return what the address of the page being shown asks for; empty outside a request."""
    request = context.get("request")
    return request.GET if request is not None else QueryDict()


def _address(query: QueryDict, **changes: Any) -> str:
    """Return the query string with some parameters changed; None takes one out."""
    turned = query.copy()
    for name, value in changes.items():
        turned.pop(name, None)
        if value is not None:
            turned[name] = str(value)
    return f"?{turned.urlencode()}"


def _kept(query: QueryDict, filters: str) -> list[tuple[str, str]]:
    """Return what the address asks besides the search box, the page and the controls in the toolbar."""
    return [
        (name, value)
        for name, values in query.lists()
        for value in values
        if name not in ("q", "page") and f'name="{name}"' not in filters
    ]


def _export(address: str, query: QueryDict) -> str:
    if not address:
        return ""
    kept = _address(query, page=None)
    return address if kept == "?" else f"{address}{'&' + kept[1:] if '?' in address else kept}"


def paging(page: Page[Any], query: QueryDict) -> dict[str, Any]:
    """Return the numbers to show and the way back and on, with their addresses; an ellipsis has none."""
    steps = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        far = isinstance(number, int) and abs(number - page.number) > 1
        url = _address(query, page=number) if isinstance(number, int) else ""
        steps.append({"number": number, "url": url, "current": number == page.number, "far": far})
    return {
        "steps": steps,
        "previous": _address(query, page=page.previous_page_number()) if page.has_previous() else "",
        "next": _address(query, page=page.next_page_number()) if page.has_next() else "",
    }
