"""The API of talents."""

from lianqiao.innovation.talent.api import dual_posts, meetings, records

ROUTERS = (records.router, dual_posts.router, meetings.router)
