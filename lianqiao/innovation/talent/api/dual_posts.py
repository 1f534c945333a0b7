"""Dual posts: listed, proposed, agreed to, declined and ended."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.innovation.talent import commands, queries
from lianqiao.innovation.talent.api.shapes import DualPostShown, dual_post_shown
from lianqiao.innovation.talent.models import DualPost
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import (
    PRINTABLE,
    PRINTABLE_LINES,
    CreditCode,
    Cut,
    Id,
    Page,
    Reason,
    Wanted,
    When,
    Words,
    instant,
    offer,
)

router = Router(tags=["talents"])


class DualPostsAsked(Cut):
    """Which dual posts."""

    q: Words = Field(default="", description=_("Looked for in post and employers."))


class DualPostWanted(Wanted):
    """A dual post to be proposed; the home employer is the one the record names."""

    talent: Id
    host: CreditCode
    post: str = Field(min_length=1, max_length=60, pattern=PRINTABLE)
    share: int = Field(ge=1, le=100, description=_("Of the working time at the host, in percent."))
    begins: When
    ends: When
    results_home: int = Field(ge=0, le=100)
    results_host: int = Field(ge=0, le=100)
    results_person: int = Field(ge=0, le=100)
    words: str = Field(default="", max_length=500, pattern=PRINTABLE_LINES)


class Stopping(Wanted):
    """Why it is declined or ended."""

    reason: Reason


@offer(
    router,
    "GET",
    "/dual-posts",
    name="listDualPosts",
    scope="read",
    says=_("The dual posts one has a part in, newest first; the talent office sees all."),
    answer=Page[DualPostShown],
)
def list_dual_posts(request: HttpRequest, asked: Query[DualPostsAsked]) -> Page[DualPostShown]:
    """Return a page of them."""
    person, now = caller(request).person, moment(request)
    if queries.in_office(person.pk, at=now):
        rows = queries.dual_posts_of_office(text=asked.q)
    else:
        firms = [one.pk for one in organization.firms_of(person.pk, at=now)]
        rows = queries.dual_posts_of_firms(firms, person_id=person.pk, text=asked.q)
    page, following = page_of(rows, [Key("proposed_at", descending=True)], asked)
    return Page[DualPostShown](items=[_shown(one, request) for one in page], next=following)


@offer(
    router,
    "POST",
    "/dual-posts",
    name="proposeDualPost",
    scope="act",
    says=_("Propose a dual post; it is in force when person, home and host have agreed."),
    more=_("By the person, or an administrator of one of the two employers."),
    answer=DualPostShown,
    status=201,
    refuses=(403, 404, 409),
)
def propose(request: HttpRequest, wanted: DualPostWanted) -> DualPostShown:
    """Propose it; refuses as `commands.propose_dual_post`."""
    own = queries.talent_of(caller(request).person.pk)
    mine = own is not None and own.pk == wanted.talent
    found = own if mine and own else queries.talent(wanted.talent, purpose="introduction")
    host = organization.firm_by_code(wanted.host)
    if host is None:
        raise refuse("firm-unknown", f"there is no firm {wanted.host}", field="host", firm=wanted.host)
    if found.firm is None:
        raise refuse("home-differs", "the record names no employer", place="talent", field="talent")
    made = commands.propose_dual_post(
        found,
        home=found.firm,
        host=host,
        post=wanted.post,
        share=wanted.share,
        begins=beijing(instant(wanted.begins, "begins")).date(),
        ends=beijing(instant(wanted.ends, "ends")).date(),
        results=(wanted.results_home, wanted.results_host, wanted.results_person),
        words=wanted.words,
        by=caller(request).person,
        now=moment(request),
    )
    return _shown(made, request)


@offer(
    router,
    "GET",
    "/dual-posts/{post}",
    name="showDualPost",
    scope="read",
    says=_("One dual post, to its three sides and the talent office."),
    answer=DualPostShown,
    refuses=(404,),
)
def show_dual_post(request: HttpRequest, post: Path[Id]) -> DualPostShown:
    """Return it; refuses `unknown-dual-post`."""
    found = queries.dual_post(post, reader=caller(request).person, at=moment(request))
    return _shown(found, request)


@offer(
    router,
    "POST",
    "/dual-posts/{post}/agreement",
    name="agreeToDualPost",
    scope="act",
    says=_("Agree to a dual post for every side one speaks for."),
    answer=DualPostShown,
    refuses=(403, 404, 409),
)
def agree(request: HttpRequest, post: Path[Id]) -> DualPostShown:
    """Agree; refuses as `commands.agree_to`."""
    return _shown(commands.agree_to(post, by=caller(request).person, now=moment(request)), request)


@offer(
    router,
    "POST",
    "/dual-posts/{post}/ending",
    name="stopDualPost",
    scope="act",
    says=_("Decline a dual post, or end it early."),
    answer=DualPostShown,
    refuses=(403, 404, 409),
)
def stop(request: HttpRequest, post: Path[Id], wanted: Stopping) -> DualPostShown:
    """Decline or end it; refuses as `commands.stop_dual_post`."""
    done = commands.stop_dual_post(post, reason=wanted.reason, by=caller(request).person, now=moment(request))
    return _shown(done, request)


def _shown(one: DualPost, request: HttpRequest) -> DualPostShown:
    return dual_post_shown(one, stage=queries.stage_of(one, at=moment(request)))
