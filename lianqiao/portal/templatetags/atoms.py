"""The page atoms as template tags; `lianqiao/portal/README.md` says how each is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput
from django.http import QueryDict
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from lianqiao.bridge.ruler import Ruler
from lianqiao.portal import ruler_words, words

register = template.Library()

STATES = ("running", "waiting", "at-risk", "broken", "paused", "kept", "ended")
MARKS = ("act", "clock", "notice", "system")


def state_words(state: str) -> str:
    """Return the word for a state of a promise; raises where there is no such state."""
    named = {
        "running": gettext("Running"),
        "waiting": gettext("Waiting"),
        "at-risk": gettext("At risk"),
        "broken": gettext("Broken"),
        "paused": gettext("Paused"),
        "kept": gettext("Kept"),
        "ended": gettext("Ended"),
    }
    if state not in named:
        raise template.TemplateSyntaxError(f"no state {state!r}: use one of {', '.join(STATES)}")
    return named[state]


def _part(thing: Any, name: str, default: Any = "") -> Any:
    """Return an item's value whether it is a dict or an object; missing and None are the default."""
    value = thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
    return default if value is None else value


def _parts(thing: Any, *names: str) -> dict[str, Any]:
    return {name: _part(thing, name) for name in names}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon of the sprite; decoration only, the words stand beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("portal/icons.svg"),
        name,
    )


@register.inclusion_tag("portal/atoms/badge.html")
def badge(state: str, *, label: str = "", quiet: bool = False) -> dict[str, Any]:
    return {"state": state, "label": label or state_words(state), "quiet": quiet}


@register.inclusion_tag("portal/atoms/field.html")
def field(
    bound: BoundField, *, hint: str = "", width: str = "full", prefix: str = "", suffix: str = ""
) -> dict[str, Any]:
    widget = bound.field.widget
    return {
        "field": bound,
        "hint": hint or bound.help_text,
        "width": width,
        "prefix": prefix,
        "suffix": suffix,
        "required": bound.field.required,
        "tick": isinstance(widget, CheckboxInput),
        "group": bound.use_fieldset,
        "help_id": f"{bound.auto_id}_helptext",
        "control": bound.as_widget(attrs=_described(bound, hint)),
    }


def _described(bound: BoundField, hint: str) -> dict[str, str]:
    """Return the attribute that ties a control to a hint the form itself does not know."""
    if not hint or bound.help_text or bound.use_fieldset:
        return {}
    ids = [f"{bound.auto_id}_helptext", *([f"{bound.auto_id}_error"] if bound.errors else [])]
    return {"aria-describedby": " ".join(ids)}


@register.inclusion_tag("portal/atoms/errors.html")
def errors(*forms: BaseForm) -> dict[str, Any]:
    wrong = [
        {"id": bound.id_for_label or bound.auto_id, "label": bound.label, "messages": list(bound.errors)}
        for form in forms
        for bound in form
        if bound.errors
    ]
    general = [message for form in forms for message in form.non_field_errors()]
    return {"wrong": wrong, "general": general, "count": len(wrong) + len(general)}


@register.simple_block_tag
def card(
    content: str,
    *,
    title: str = "",
    url: str = "",
    actions: str = "",
    tone: str = "",
    flush: bool = False,
    level: int = 2,
    id: str = "",
) -> SafeString:
    if tone:
        state_words(tone)
    return render_to_string(
        "portal/atoms/card.html",
        {
            "content": content,
            "title": title,
            "url": url,
            "actions": actions,
            "tone": tone,
            "flush": flush,
            "level": level,
            "id": id,
        },
    )


@register.simple_block_tag
def empty_state(content: str, title: str) -> SafeString:
    return render_to_string("portal/atoms/empty.html", {"content": content, "title": title})


@register.inclusion_tag("portal/atoms/stat.html")
def stat(value: Any, *, label: str, **more: Any) -> dict[str, Any]:
    known = ("unit", "of", "definition", "delta", "delta_note", "better", "tone", "url")
    if unknown := set(more) - set(known):
        raise template.TemplateSyntaxError(f"stat takes {', '.join(known)}, not {', '.join(sorted(unknown))}")
    parts = dict.fromkeys(known, "") | more
    if parts["tone"]:
        state_words(parts["tone"])
    return {**parts, "value": value, "label": label, "judged": _judged(str(parts["delta"]), parts["better"])}


def _judged(delta: str, better: str) -> str:
    """Return whether a change is good or bad, "" where it is neither."""
    if better not in ("up", "down") or delta[:1] not in ("+", "-", "−"):
        return ""
    return "good" if (delta[0] == "+") == (better == "up") else "bad"


@register.inclusion_tag("portal/atoms/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    told = []
    for entry in entries:
        shown = _parts(entry, "at", "who", "role", "what", "note", "tone")
        shown["details"] = [_parts(detail, "label", "value") for detail in _part(entry, "details", ())]
        shown["documents"] = [_parts(paper, "name", "url", "size") for paper in _part(entry, "documents", ())]
        shown["icon"] = _timeline_icon(shown["tone"], _part(entry, "mark", "act"))
        told.append(shown)
    return {"entries": told}


def _timeline_icon(tone: str, mark: str) -> str:
    if tone:
        state_words(tone)
        return tone
    if mark not in MARKS:
        raise template.TemplateSyntaxError(f"no mark {mark!r}: use one of {', '.join(MARKS)}")
    return {"clock": "running", "notice": "bell"}.get(mark, mark)


@register.inclusion_tag("portal/atoms/promise.html")
def promise(shown: Any) -> dict[str, Any]:
    texts = ("title", "state", "owner", "due_time", "left", "note", "url", "provisional")
    parts = _parts(shown, *texts, "due", "law_due")
    due, law_due = parts["due"], parts["law_due"]
    return {
        **parts,
        "budget": words.budget_words(_part(shown, "budget")),
        "law_budget": words.budget_words(_part(shown, "law_budget")),
        "spent": _part(shown, "spent", None),
        "label": state_words(parts["state"]),
        "due_words": _due_words(due, parts["due_time"]) if due else "",
        "law_due_words": words.day_words(law_due) if law_due else "",
    }


def _due_words(due: datetime, due_time: str) -> str:
    # 24:00 is the midnight after the day that ends: read the day just before it
    day = datetime.fromtimestamp(due.timestamp() - (1 if due_time == "24:00" else 0), due.tzinfo)
    return f"{words.day_words(day)} {due_time}" if due_time else words.moment_words(due)


@register.inclusion_tag("portal/atoms/ruler.html")
def ruler(made: Ruler, *, open: bool = False) -> dict[str, Any]:
    return {
        "ruler": made,
        "open": open,
        "cells": [_cell(made, index) for index in range(len(made.cells))],
        "hours": [_hour(made, index) for index in range(len(made.hours))],
        "legend": [(kind, ruler_words.legend_words(kind, made)) for kind in made.kinds],
        "reasons": [
            {
                "days": ruler_words.reason_days(reason, made),
                "why": ruler_words.reason_sentence(reason, made),
                "counts": reason.first_number is not None or bool(reason.spent),
            }
            for reason in made.reasons
        ],
        "question": ruler_words.question(made),
        "budget": words.budget_words(made.budget),
        "remaining": words.budget_words(made.remaining),
        "extension": words.budget_words(made.extension),
        "due_words": words.day_words(made.due_date, today=made.started_at.date()) if made.due_date else "",
        "law_words": words.day_words(made.law_due_date, today=made.started_at.date())
        if made.law_due_date
        else "",
    }


def _cell(made: Ruler, index: int) -> dict[str, Any]:
    cell = made.cells[index]
    length, which = ruler_words.folded_words(cell, made) if cell.folded else ("", "")
    return {
        "cell": cell,
        "weekday": words.weekday(cell.day),
        "date": words.short_day(cell.day, month=index == 0 or cell.day.day == 1 or made.cells[index - 1].folded),
        "centre": ruler_words.cell_centre(cell, made),
        "length": length,
        "which": which,
        "sentence": ruler_words.cell_sentence(cell, made),
        "flags": [(mark, ruler_words.mark_words(mark, made)) for mark in cell.marks],
    }


def _hour(made: Ruler, index: int) -> dict[str, Any]:
    hour = made.hours[index]
    new_day = index == 0 or made.hours[index - 1].begin.date() != hour.begin.date()
    return {
        "hour": hour,
        "share": f"{hour.share / 100:.2f}",
        "begins": f"{hour.begin:%H:%M}",
        "day": words.short_day(hour.begin.date(), month=True) if new_day else "",
        "centre": ruler_words.hour_centre(hour),
        "sentence": ruler_words.hour_sentence(hour, made),
    }


@register.inclusion_tag("portal/atoms/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    return _paging(page, _query(context))


def _paging(page: Page[Any], query: QueryDict) -> dict[str, Any]:
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


@register.inclusion_tag("portal/atoms/tabs.html")
def tabs(items: Iterable[Any], *, label: str) -> dict[str, Any]:
    shown = [_parts(item, "label", "url", "current", "count") for item in items]
    return {"items": shown, "label": label}


@dataclass(frozen=True)
class Column:
    """A column of a list as the template sees it: `sorted` is "", ascending or descending."""

    key: str
    label: str
    align: str
    lead: bool
    hide: bool
    url: str
    sorted: str


class ListNode(template.Node):
    """Renders rows, filters and the empty state in the page's own context, then the list around them."""

    child_nodelists = ("rows", "filters", "none")

    def __init__(
        self, options: dict[str, FilterExpression], rows: NodeList, filters: NodeList, none: NodeList
    ) -> None:
        self.options, self.rows, self.filters, self.none = options, rows, filters, none

    def render(self, context: Context) -> SafeString:
        options = {name: value.resolve(context) for name, value in self.options.items()}
        query = _query(context)
        columns = _columns(options["columns"], query, str(options.get("sort", "")))
        page = options["page"]
        with context.push(_columns={column.key: column for column in columns}):
            rows, filters = self.rows.render(context), self.filters.render(context)
            none = self.none.render(context)
        paged = isinstance(page, Page)
        total = page.paginator.count if paged else len(page)
        shown = {
            "caption": options["caption"],
            "id": options.get("id", "list"),
            "search": options.get("search", ""),
            "export": _export(str(options.get("export", "")), query),
            "columns": columns,
            "rows": rows,
            "filters": filters,
            "none": none,
            "total": total,
            "query": query.get("q", ""),
            "kept": _kept(query, filters),
            "path": getattr(context.get("request"), "path", ""),
            "narrowed": any(query.values()),
            **(_paging(page, query) if paged and page.paginator.num_pages > 1 else {"steps": []}),
        }
        return render_to_string("portal/atoms/list.html", shown)


@register.tag("list")
def do_list(parser: Parser, token: Token) -> ListNode:
    """Parse `{% list … %} rows {% filters %} … {% none %} … {% endlist %}`; the last two parts are optional."""
    options = token_kwargs(token.split_contents()[1:], parser)
    known = {"caption", "page", "columns", "search", "export", "sort", "id"}
    if missing := {"caption", "page", "columns"} - set(options):
        raise template.TemplateSyntaxError(f"list needs {', '.join(sorted(missing))}")
    if unknown := set(options) - known:
        raise template.TemplateSyntaxError(f"list does not take {', '.join(sorted(unknown))}")
    parts = {"list": parser.parse(("filters", "none", "endlist"))}
    while (here := parser.next_token().contents.strip()) != "endlist":
        parts[here] = parser.parse(("filters", "none", "endlist"))
    return ListNode(options, parts["list"], parts.get("filters", NodeList()), parts.get("none", NodeList()))


@register.simple_block_tag(takes_context=True)
def cell(context: Context, content: str, key: str) -> SafeString:
    columns: Mapping[str, Column] = context["_columns"]
    if key not in columns:
        raise template.TemplateSyntaxError(f"no column {key!r}: the list has {', '.join(columns)}")
    column = columns[key]
    if column.lead:
        return format_html('<th scope="row" class="{}">{}</th>', column.align, content)
    label = "" if column.hide else column.label
    return format_html('<td data-label="{}" class="{}"><div>{}</div></td>', label, column.align, content)


def _columns(given: Sequence[Any], query: QueryDict, default_sort: str) -> list[Column]:
    now = query.get("sort", "") or default_sort
    leads = [_part(column, "lead", False) for column in given]
    made = []
    for index, column in enumerate(given):
        key = str(_part(column, "key"))
        standing = {key: "ascending", f"-{key}": "descending"}.get(now, "")
        turned = f"-{key}" if standing == "ascending" else key
        made.append(
            Column(
                key=key,
                label=str(_part(column, "label")),
                align=str(_part(column, "align", "start")),
                lead=bool(leads[index]) if any(leads) else index == 0,
                hide=bool(_part(column, "hide", False)),
                url=_address(query, sort=turned, page=None) if _part(column, "sort", False) else "",
                sorted=standing,
            )
        )
    return made


def _query(context: Context) -> QueryDict:
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


@register.filter
def moment(at: datetime) -> str:
    return words.moment_words(at)


@register.filter
def day(on: date | datetime) -> str:
    return words.day_words(on)


@register.filter
def left(due: datetime, now: datetime) -> str:
    return words.left_words(due, now)


@register.filter
def budget(text: str) -> str:
    return words.budget_words(text)


@register.filter
def yuan(fen: int) -> str:
    return words.yuan_words(fen)


@register.filter
def file_size(size: int) -> str:
    return words.size_words(size)
