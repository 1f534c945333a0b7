"""The tables of the service room: what is offered, not sent yet, told elsewhere, left by others."""

from lianqiao.service.models.drafts import Draft, DraftFile
from lianqiao.service.models.historic import HistoricCase, HistoricLog
from lianqiao.service.models.items import (
    ItemImport,
    ItemTerm,
    ItemText,
    ServiceDepartment,
    ServiceItem,
)
from lianqiao.service.models.visits import Visit, VisitCase
from lianqiao.service.models.webhooks import Hook, HookDelivery

__all__ = [
    "Draft",
    "DraftFile",
    "HistoricCase",
    "HistoricLog",
    "Hook",
    "HookDelivery",
    "ItemImport",
    "ItemTerm",
    "ItemText",
    "ServiceDepartment",
    "ServiceItem",
    "Visit",
    "VisitCase",
]
