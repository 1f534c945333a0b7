"""The tables of the service room: what can be asked for, what is not sent yet, who is told elsewhere."""

from lianqiao.service.models.drafts import Draft, DraftFile
from lianqiao.service.models.items import (
    ItemImport,
    ItemTerm,
    ItemText,
    ServiceDepartment,
    ServiceItem,
)
from lianqiao.service.models.webhooks import Hook, HookDelivery

__all__ = [
    "Draft",
    "DraftFile",
    "Hook",
    "HookDelivery",
    "ItemImport",
    "ItemTerm",
    "ItemText",
    "ServiceDepartment",
    "ServiceItem",
]
