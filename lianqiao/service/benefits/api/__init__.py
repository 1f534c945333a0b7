"""The API of benefits."""

from lianqiao.service.benefits.api import facts, grants, own

ROUTERS = (facts.router, grants.router, own.router)
