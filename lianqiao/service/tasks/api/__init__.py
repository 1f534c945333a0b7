"""The operations of the task list."""

from lianqiao.service.tasks.api import tasks

ROUTERS = (tasks.router,)
