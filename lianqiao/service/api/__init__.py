"""The API of the service room: promises, cases, lists, the overview, and what goes with them."""

from lianqiao.service.api import (
    acts,
    attachments,
    beside,
    cases,
    changes,
    clock,
    drafts,
    file_checks,
    items,
    lists,
    long_jobs,
    notices,
    overview,
    progress,
    promises,
    webhooks,
)

ROUTERS = (
    promises.router,
    cases.router,
    acts.router,
    beside.router,
    attachments.router,
    file_checks.router,
    lists.router,
    overview.router,
    notices.router,
    changes.router,
    webhooks.router,
    items.router,
    clock.router,
    progress.router,
    long_jobs.router,
    drafts.router,
)
