"""Long jobs in words: what a kind is called, how one stands, why it failed."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lianqiao.bridge.models import Job
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Problem

# what each kind is called; a kind without a row is called by its name
TITLES = {
    "file-check": gettext_noop("Look over a file"),
    "log-import": gettext_noop("Import a log"),
    "simulation": gettext_noop("Simulate a promise"),
    "policy-cost": gettext_noop("Reckon the cost of a policy"),
    "policy-comparison": gettext_noop("Compare two drafts of policies"),
    "facts-import": gettext_noop("Take in facts"),
    "licence-night": gettext_noop("Renew licences near their end"),
    "licence-import": gettext_noop("Import a register of licences"),
    "benefit-match": gettext_noop("Match firms with policies"),
    "benefit-invite": gettext_noop("Invite firms to a benefit"),
    "benefit-batch": gettext_noop("Make a batch of payments"),
    "benefit-receipt": gettext_noop("Take in the bank's answer"),
}
# where what a kind made is to be seen: the address's name, and which part of the result it takes, if any;
# a list is taken one by one
SEEN_AT: dict[str, tuple[str, str]] = {
    "log-import": ("historic-log", "log"),
    "simulation": ("studio-simulation", "simulation"),
    "policy-cost": ("policy-draft", "draft"),
    "policy-comparison": ("policy-comparison", "drafts"),
    "facts-import": ("facts-import-report", "import"),
    "licence-night": ("licence-nights", ""),
    "licence-import": ("licences-imported", "job"),
    "benefit-match": ("benefits", "show"),
    "benefit-invite": ("benefit-policy", "policy"),
    "benefit-batch": ("batch", "batch"),
    "benefit-receipt": ("batch", "batch"),
}
STATES = {
    "waiting": gettext_noop("Waits for its turn"),
    "running": gettext_noop("Being done"),
    "done": gettext_noop("Completed"),
    "failed": gettext_noop("Failed"),
    "cancelled": gettext_noop("Cancelled"),
}
# as the badges have it
BADGES = {
    "waiting": "waiting",
    "running": "running",
    "done": "kept",
    "failed": "broken",
    "cancelled": "ended",
}


@dataclass(frozen=True)
class JobShown:
    """A job as pages show it; `badge` is a badge state, `stopping` true while a cancelled one still works.

    `url` leads to what it made."""

    id: int
    title: str
    about: str
    badge: str
    state: str
    stage: str
    reason: str
    percent: int
    sized: bool
    live: bool
    stopping: bool
    url: str
    job: Job
    # how many are done before it; None where it is not in the queue
    ahead: int | None = None


def job_shown(job: Job, *, ahead: int | None = None) -> JobShown:
    """Return the job in the active language; `ahead` is how many are done before it."""
    stopping = job.state == "running" and job.cancel_asked_at is not None
    return JobShown(
        id=job.pk,
        title=kind_words(job.kind),
        about=job.about,
        badge=BADGES[job.state],
        state=_("Being stopped") if stopping else state_words(job.state),
        stage=_(job.stage) if job.stage else "",
        reason=reason_words(job),
        percent=job.percent,
        sized=bool(job.total),
        live=not job.ended,
        stopping=stopping,
        url=_seen_at(job),
        job=job,
        ahead=ahead,
    )


def _seen_at(job: Job) -> str:
    """Return where what the job made is to be seen, "" where it made nothing to look at."""
    if not job.result or job.kind not in SEEN_AT:
        return ""
    name, part = SEEN_AT[job.kind]
    made = job.result[part] if part else []
    return reverse(name, args=made if isinstance(made, list) else [made])


def kind_words(kind: str) -> str:
    """Return what a kind of job is called."""
    return _(TITLES[kind]) if kind in TITLES else kind


def state_words(state: str) -> str:
    """Return the word for a state of a job."""
    return _(STATES[state])


def reason_words(job: Job) -> str:
    """Return why the job failed, or why its last try did; "" where nothing went wrong."""
    return refusal_text(Problem(job.error, job.error)) if job.error and job.state != "done" else ""
