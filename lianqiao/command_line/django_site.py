"""Start Django for the verbs that need the database."""

from __future__ import annotations

import os


def start() -> None:
    """Load the site's settings and rooms; cheap when done before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianqiao.site.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
