"""The API of benefits."""

from lianqiao.service.benefits.api import facts, grants

ROUTERS = (facts.router, grants.router)
