"""The page atoms as template tags; `lianqiao/portal/README.md` says how each is used."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop

from lianqiao.bridge.ruler import Ruler
from lianqiao.engine.masking import masked_numbers
from lianqiao.portal import listing, ruler_words, words
from lianqiao.portal.listing import part
from lianqiao.service.language import listed_words

register = template.Library()

STATES = {
    "running": gettext_noop("Running"),
    "waiting": gettext_noop("Waiting"),
    "at-risk": gettext_noop("At risk"),
    "broken": gettext_noop("Broken"),
    "paused": gettext_noop("Paused"),
    "kept": gettext_noop("Kept"),
    "ended": gettext_noop("Ended"),
}
MARKS = ("act", "clock", "notice", "system")


def state_words(state: str) -> str:
    """Return the word for a state of a promise; raises where there is no such state."""
    if state not in STATES:
        raise template.TemplateSyntaxError(f"no state {state!r}: use one of {', '.join(STATES)}")
    return gettext(STATES[state])


def _parts(thing: Any, *names: str) -> dict[str, Any]:
    return {name: part(thing, name) for name in names}


# a page has scores of icons and badges, and there are few different ones
@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str) -> SafeString:
    """Return an icon of the sprite; decoration only, the words stand beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("portal/icons.svg"),
        name,
    )


@register.simple_tag
def badge(state: str, *, label: str = "", quiet: bool = False) -> SafeString:
    """Show a state of a promise by shape, word and colour."""
    return _badge(state, str(label) or state_words(state), quiet)


@lru_cache(maxsize=512)
def _badge(state: str, label: str, quiet: bool) -> SafeString:
    return render_to_string("portal/atoms/badge.html", {"state": state, "label": label, "quiet": quiet})


@register.simple_tag
def example() -> SafeString:
    """Mark what stands beside it as an example: no fact of the zone."""
    return format_html('<span class="example">{}</span>', gettext("Example"))


@register.inclusion_tag("portal/atoms/field.html")
def field(
    bound: BoundField, *, hint: str = "", width: str = "full", prefix: str = "", suffix: str = ""
) -> dict[str, Any]:
    """Show one field of a form: label, help, control, and what is wrong with it."""
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


def _described(bound: BoundField, hint: str) -> dict[str, str | bool]:
    """Return the attribute that ties a control to a hint the form itself does not know."""
    if not hint or bound.help_text or bound.use_fieldset:
        return {}
    ids = [f"{bound.auto_id}_helptext", *([f"{bound.auto_id}_error"] if bound.errors else [])]
    return {"aria-describedby": " ".join(ids)}


@register.inclusion_tag("portal/atoms/errors.html")
def errors(*forms: BaseForm) -> dict[str, Any]:
    """List what is wrong in the forms, each thing a link to its field; nothing while they are clean."""
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
    """Frame a piece of a page under a heading."""
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
    """Say that there is nothing, and what to do next."""
    return render_to_string("portal/atoms/empty.html", {"content": content, "title": title})


@register.simple_block_tag(takes_context=True)
def sure(
    context: Context, content: str, label: str, *, url: str, of: str = "", plain: bool = False
) -> SafeString:
    """Ask once more before something is taken away: `label` opens what follows from it, and the button.

    Posts to `url`. `of` says to those who only hear the page which one it is.
    """
    parts = {"content": content, "label": label, "url": url, "of": of, "plain": plain}
    return render_to_string("portal/atoms/sure.html", parts | {"csrf_token": context.get("csrf_token", "")})


@register.inclusion_tag("portal/atoms/stat.html")
def stat(value: Any, *, label: str, **more: Any) -> dict[str, Any]:
    """Show one figure with what it counts and how it moved."""
    known = ("unit", "of", "definition", "delta", "delta_note", "better", "tone", "url")
    if unknown := set(more) - set(known):
        raise template.TemplateSyntaxError(f"stat takes {', '.join(known)}, not {', '.join(sorted(unknown))}")
    parts = dict.fromkeys(known, "") | more
    if parts["tone"]:
        state_words(parts["tone"])
    told = {"value": counted(value), "of": counted(parts["of"])}
    return {**parts, **told, "label": label, "judged": _judged(str(parts["delta"]), parts["better"])}


@register.filter
def counted(value: Any) -> Any:
    """Return a count with its thousands set apart, as amounts of money are; words as they are."""
    return f"{value:,}" if type(value) is int else value


def _judged(delta: str, better: str) -> str:
    """Return whether a change is good or bad, "" where it is neither."""
    if better not in ("up", "down") or delta[:1] not in ("+", "-", "−"):
        return ""
    return "good" if (delta[0] == "+") == (better == "up") else "bad"


@register.inclusion_tag("portal/atoms/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """Show the entries of a log in the order given."""
    told = []
    for entry in entries:
        shown = _parts(entry, "at", "who", "role", "what", "note", "tone")
        shown["details"] = [_parts(detail, "label", "value") for detail in part(entry, "details", ())]
        shown["documents"] = [_parts(paper, "name", "url", "size") for paper in part(entry, "documents", ())]
        shown["icon"] = _timeline_icon(shown["tone"], part(entry, "mark", "act"))
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
    """Show one clock in one look: what, by whom, till when, how much is left."""
    texts = ("title", "state", "owner", "due_time", "left", "note", "url", "provisional")
    parts = _parts(shown, *texts, "due", "law_due")
    due, law_due = parts["due"], parts["law_due"]
    return {
        **parts,
        "budget": words.budget_words(part(shown, "budget")),
        "law_budget": words.budget_words(part(shown, "law_budget")),
        "spent": part(shown, "spent", None),
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
    """Show the promise ruler."""
    return {**ruler_words.told(made), "open": open}


@register.inclusion_tag("portal/atoms/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Show the way through the pages; addresses keep the other parameters."""
    return listing.paging(page, listing.query_of(context))


@register.inclusion_tag("portal/atoms/tabs.html")
def tabs(items: Iterable[Any], *, label: str) -> dict[str, Any]:
    """Show views of one thing as links side by side."""
    shown = [_parts(item, "label", "url", "current", "count") for item in items]
    return {"items": shown, "label": label}


register.tag("list", listing.parse_list)


register.tag("cell", listing.parse_cell)


@register.simple_tag(takes_context=True)
def pick(context: Context, value: str, *, label: str) -> SafeString:
    """Show the box that chooses a list's row for a bulk act."""
    return listing.pick(context, value, label)


@register.filter
def moment(at: datetime | None) -> str:
    """Return the day and time of day in words; nothing where there is none."""
    return words.moment_words(at) if at else ""


@register.filter
def day(on: date | datetime | None) -> str:
    """Return the day in words; nothing where there is none."""
    return words.day_words(on) if on else ""


@register.filter
def left(due: datetime, now: datetime) -> str:
    """Return how much natural time is left, or how far it is exceeded."""
    return words.left_words(due, now)


@register.filter
def listed(things: Iterable[Any]) -> str:
    """Return things in a row, set apart as the reader's language does."""
    return listed_words(map(str, things))


@register.filter
def masked(text: str) -> str:
    """Return a text with people's telephone and identity numbers masked."""
    return masked_numbers(text)


@register.filter
def budget(text: str) -> str:
    """Return “3wd” in words."""
    return words.budget_words(text)


@register.filter
def yuan(fen: int) -> str:
    """Return fen as yuan."""
    return words.yuan_words(fen)


@register.filter
def file_size(size: int) -> str:
    """Return bytes as people read them."""
    return words.size_words(size)
