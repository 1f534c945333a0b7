"""The operations of the rota, the workload and the hand-over."""

from lianqiao.service.duty.api import handing_over, rota, workload

ROUTERS = (rota.router, workload.router, handing_over.router)
