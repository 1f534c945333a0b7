"""The API of bundles."""

from lianqiao.service.bundles.api import runs

ROUTERS = (runs.router,)
