"""The API of benefits."""

from lianqiao.service.benefits.api import facts

ROUTERS = (facts.router,)
