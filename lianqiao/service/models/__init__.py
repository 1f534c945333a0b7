"""The tables of the service room: what the zone can be asked for."""

from lianqiao.service.models.items import (
    ItemImport,
    ItemTerm,
    ItemText,
    ServiceDepartment,
    ServiceItem,
)

__all__ = ["ItemImport", "ItemTerm", "ItemText", "ServiceDepartment", "ServiceItem"]
