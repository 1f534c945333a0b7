"""The API of the organization room, and what every room's API is declared with."""

from lianqiao.organization.api import duties, firms, identity, leaves, me, people

ROUTERS = (me.router, duties.router, people.router, leaves.router, firms.router, identity.router)
