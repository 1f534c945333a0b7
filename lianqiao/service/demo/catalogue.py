"""The example catalogue of service items that ships with a pack, marked 示例."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from lianqiao.engine.pack import Pack
from lianqiao.service.commands.items import import_items
from lianqiao.service.item_import.mapping import map_of

FILE = "examples/items.csv"
MAP = "implementation-list"
SOURCE = "示例事项清单（生成，非真实事项）"


def enter_catalogue(pack: Pack, *, now: datetime) -> int:
    """Import the pack's example catalogue and return how many items it has; 0 where the pack has none."""
    if FILE not in pack.texts:
        return 0
    item_map = map_of(pack, MAP).model_copy(update={"source": SOURCE})
    return import_items(settings.ENVIRONMENT.district / FILE, item_map, now=now, example=True).kept
