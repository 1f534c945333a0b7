"""The API of the policy studio."""

from lianqiao.service.policy_studio.api import policies

ROUTERS = (policies.router,)
