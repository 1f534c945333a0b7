"""The supermarket's operations of the API."""

from lianqiao.service.assistance.api import basket, channels, mandates

ROUTERS = (basket.router, mandates.router, channels.router)
