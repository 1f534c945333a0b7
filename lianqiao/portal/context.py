"""What the layout shows on every page: the district, where one can go, what waits unread."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext

from lianqiao.bridge import packs, queries
from lianqiao.engine.beijing import beijing
from lianqiao.organization.queries import firms_of, is_officer

THEMES = ("light", "dark")


def layout(request: HttpRequest) -> dict[str, Any]:
    """Return the layout's variables; works for anonymous readers and for requests refused early."""
    now: datetime = getattr(request, "now", None) or timezone.now()
    person = getattr(request, "user", None)
    language = get_language() or settings.LANGUAGE_CODE
    theme = request.COOKIES.get("theme", "")
    return {
        "district": packs.current().district.title.in_language(language),
        "demo": settings.ENVIRONMENT.demo,
        "version": _version(),
        "year": beijing(now).year,
        "theme": theme if theme in THEMES else "",
        "language": language,
        "other_language": "en" if language.startswith("zh") else "zh-hans",
        "navigation": navigation(request, now=now),
        "unread": queries.unread_count(person.pk) if person and person.is_authenticated else 0,
    }


def navigation(request: HttpRequest, *, now: datetime) -> list[dict[str, Any]]:
    """Return where this reader can go: everyone home and progress, firms and officers their own pages."""
    person = getattr(request, "user", None)
    entries = [("home", gettext("Home"))]
    if person and person.is_authenticated:
        if firms_of(person.pk, at=now):
            entries += [("matters", gettext("My matters")), ("services", gettext("Services"))]
        if is_officer(person.pk, at=now):
            entries += [
                ("worklist", gettext("Worklist")),
                ("overview", gettext("Overview")),
                ("duty", gettext("Duty")),
                ("leave", gettext("Leave")),
            ]
    entries.append(("progress", gettext("Progress")))
    found = []
    for name, label in entries:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        current = request.path == url if name == "home" else request.path.startswith(url)
        found.append({"name": name, "url": url, "label": label, "current": current, "count": None})
    return found


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return version("lianqiao")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return ""
