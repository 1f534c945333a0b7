"""What the layout shows on every page: the district, where one can go, what waits unread."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext

from lianqiao.bridge import packs, queries
from lianqiao.engine.beijing import beijing
from lianqiao.organization.queries import firms_of, is_officer
from lianqiao.service.queries.overview import overseen

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
    officer = person is not None and person.is_authenticated and is_officer(person.pk, at=now)
    entries = [("home", gettext("Home"))]
    if person is not None and officer:
        entries += _officer_pages(person.pk, now=now)
    else:
        if person is not None and person.is_authenticated and firms_of(person.pk, at=now):
            entries.append(("matters", gettext("My matters")))
        entries.append(("services", gettext("Services")))
    entries.append(("progress", gettext("Progress")))
    return [_entry(name, label, request.path) for name, label in entries]


def _officer_pages(person_id: int, *, now: datetime) -> list[tuple[str, str]]:
    pages = [("worklist", gettext("Worklist"))]
    # an officer without a duty in any promise oversees none
    if overseen(person_id, at=now):
        pages.append(("overview", gettext("Overview")))
    return [*pages, ("duty", gettext("Duty")), ("leave", gettext("Leave"))]


def _entry(name: str, label: str, path: str) -> dict[str, Any]:
    url = reverse(name)
    current = path == url if name == "home" else path.startswith(url)
    return {"name": name, "url": url, "label": label, "current": current, "count": None}


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return version("lianqiao")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return ""
