"""The API of the policy studio."""

from lianqiao.service.policy_studio.api import comparisons, policies

ROUTERS = (policies.router, comparisons.router)
