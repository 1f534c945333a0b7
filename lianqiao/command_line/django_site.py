"""Start Django for the verbs that need the database."""

from __future__ import annotations

import gc
import os


def start() -> None:
    """Load the site's settings and rooms; cheap when done before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianqiao.site.settings")
    import django
    from django.apps import apps

    if apps.ready:
        return
    # what is loaded now stays: looking through it for what could go takes a tenth of the start
    gc.disable()
    try:
        django.setup()
    finally:
        gc.freeze()
        gc.enable()
