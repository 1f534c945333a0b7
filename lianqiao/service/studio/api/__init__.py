"""The API of the studio: promises, versions being written, simulations."""

from lianqiao.service.studio.api import drafts, mechanisms, simulations

ROUTERS = (mechanisms.router, drafts.router, simulations.router)
