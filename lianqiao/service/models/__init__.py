"""The tables of the service room: what the zone can be asked for, and who is told of it elsewhere."""

from lianqiao.service.models.items import (
    ItemImport,
    ItemTerm,
    ItemText,
    ServiceDepartment,
    ServiceItem,
)
from lianqiao.service.models.webhooks import Hook, HookDelivery

__all__ = ["Hook", "HookDelivery", "ItemImport", "ItemTerm", "ItemText", "ServiceDepartment", "ServiceItem"]
