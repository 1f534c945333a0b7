"""What the layout shows on every page: the district, where one can go, what waits unread."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from lianqiao.bridge import packs, queries
from lianqiao.engine.beijing import beijing
from lianqiao.portal.navigation import navigation

THEMES = ("light", "dark")
# the bell says 99+ beyond it
MOST_UNREAD = 100


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
        "unread": queries.unread_count(person.pk, most=MOST_UNREAD)
        if person and person.is_authenticated
        else 0,
    }


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return version("lianqiao")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return ""
