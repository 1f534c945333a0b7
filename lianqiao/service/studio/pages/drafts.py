"""A version being written: its text with what is wrong beside it, what it changes, its publication."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from lianqiao.engine.bpmn_picture import pictured
from lianqiao.engine.errors import Problem
from lianqiao.organization.commands.authority import is_office
from lianqiao.service.drafting.pages import Desk
from lianqiao.service.drafting.queries import Change
from lianqiao.service.language import in_words, language
from lianqiao.service.pages import asking
from lianqiao.service.pages.mining_shown import for_leaders
from lianqiao.service.studio.commands.drafts import DRAFTS
from lianqiao.service.studio.models import MechanismDraft
from lianqiao.service.studio.pages.simulations import simulation_row
from lianqiao.service.studio.queries import mechanisms as queries
from lianqiao.service.studio.queries.drafts import CheckedPromise, changes
from lianqiao.service.studio.queries.simulations import answered_for
from lianqiao.service.studio.wording import detail_words, problem_words


class PromiseDesk(Desk[MechanismDraft, CheckedPromise]):
    """What the pages of a version tell: it is simulated before it is published."""

    drafts = DRAFTS
    folder, prefix, home, one = "studio", "studio", "studio", "studio-mechanism"
    title = _("Mechanism studio")
    passed = _("It passes the check: every state a case can come into was walked through.")
    trial = _("Simulate")
    withdrawn = _("The version is withdrawn; cases under it go on")

    def titles(self) -> dict[str, str]:
        """Return the promises there are."""
        return {one.id: in_words(one.title) for one in queries.newest_versions()}

    def in_force(self, subject: str) -> str:
        """Return the words of the version new cases are opened under."""
        before = queries.current_or_none(subject)
        return queries.text_of(before) if before else ""

    def changes(self, request: HttpRequest, one: MechanismDraft, found: CheckedPromise) -> list[Change]:
        """Return what the version changes, once it can be read."""
        before = queries.current_or_none(one.mechanism)
        return changes(before, found.mechanism, language()) if found.mechanism else []

    def told(self, request: HttpRequest, one: MechanismDraft, found: CheckedPromise) -> dict[str, Any]:
        """Return what the version is called, and whether this very text was simulated."""
        known = found.mechanism or queries.current_or_none(one.mechanism)
        return {
            "title": in_words(known.title) if known else one.mechanism,
            "key": found.mechanism.key if found.mechanism else one.mechanism,
            "tried": bool(answered_for(one.text)),
            "may_write": is_office(asking.person(request), now=asking.moment(request)),
        }

    def beside_publishing(
        self, request: HttpRequest, one: MechanismDraft, found: CheckedPromise
    ) -> dict[str, Any]:
        """Return the simulations of this very text, and its diagram."""
        drawn = pictured(found.mechanism, language()) if found.mechanism and found.passes else None
        return {"simulations": [simulation_row(each) for each in answered_for(one.text)], "picture": drawn}

    def words(self, problem: Problem) -> str:
        """Return why it was refused, as whoever writes a version is told."""
        return problem_words(problem)

    def fault_words(self, problem: Problem) -> tuple[str, str]:
        """Return what is wrong, and what the check names."""
        return problem_words(problem), detail_words(problem)


DESK = PromiseDesk()


@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show the text of a draft with what the check finds; keep what is typed, right or wrong."""
    return DESK.draft(request, draft_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def publication(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show all there is to know of a draft, simulation first; a second person publishes it."""
    return DESK.publication(request, draft_id)


@require_POST
@for_leaders
def draft_dropped(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Give a draft up."""
    return DESK.dropped(request, draft_id)


@require_POST
@for_leaders
def draft_new(request: HttpRequest, promise: str) -> HttpResponse:
    """Begin the next version of a promise."""
    return DESK.begin(request, promise)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def new_promise(request: HttpRequest) -> HttpResponse:
    """Begin a new promise from one there is."""
    return DESK.new(request)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def withdrawal(request: HttpRequest, promise: str, version: int) -> HttpResponse:
    """Ask why a published version is withdrawn, and withdraw it."""
    return DESK.withdrawal(request, f"{promise}@{version}")
