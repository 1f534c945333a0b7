"""Start Django for the verbs that need the site: with its zone, or where there may be none yet."""

from __future__ import annotations

import gc
import os
import sys

from lianqiao.engine.errors import Refusal


def start() -> None:
    """Load the site and see that its zone is there; cheap when done before, and nothing is ever made.

    Raises Refusal `zone-missing`, `schema-older`, `schema-newer` or `database-away`.
    """
    start_without_zone()
    from django.db import DatabaseError, InterfaceError

    from lianqiao.site import schema

    try:
        schema.require()
    except (DatabaseError, InterfaceError) as error:
        raise schema.away(error) from error


def start_without_zone() -> None:
    """Load the site's settings and rooms, for a verb that makes the zone or never asks the database."""
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
        gc.enable()


def away(error: Exception) -> Refusal | None:
    """Return the refusal for a database that went away while a verb ran; None for any other error."""
    if "django.db" not in sys.modules:
        return None
    from django.db import InterfaceError, OperationalError

    from lianqiao.site import schema

    return schema.away(error) if isinstance(error, InterfaceError | OperationalError) else None
