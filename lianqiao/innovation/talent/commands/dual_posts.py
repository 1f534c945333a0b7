"""A dual post is proposed by one side and comes into force when person, home and host have agreed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.innovation.talent import queries
from lianqiao.innovation.talent.commands.typed import tidy, wrong
from lianqiao.innovation.talent.models import DualPost, Permission, Talent
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Firm, Person

LONGEST = {"post": 60, "words": 500, "reason": 200}
LONGEST_YEARS = 10


@transaction.atomic
def propose_dual_post(
    of: Talent,
    *,
    home: Firm,
    host: Firm,
    post: str,
    share: int,
    begins: date,
    ends: date,
    results: tuple[int, int, int],
    words: str = "",
    by: Person,
    now: datetime,
) -> DualPost:
    """Propose a dual post; whoever proposes has agreed for the sides they speak for.

    `results` are the percentages of home, host and person. Raises Refusal: `no-side`, `not-introduced` where
    a host proposes to someone who has not let firms see their record, `needs-missing`, `needs-wrong`,
    `same-employer`, `results-whole`, `span-wrong`, `share-over`.
    """
    typed = tidy({"post": post, "words": words}, longest=LONGEST, needed=frozenset({"post"}))
    made = DualPost(
        talent=of,
        home=home,
        host=host,
        share=share,
        begins=begins,
        ends=ends,
        results_home=results[0],
        results_host=results[1],
        results_person=results[2],
        proposed_by=by,
        proposed_at=now,
        **typed,
    )
    sides = _proposing(made, by, now=now)
    for side in sides:
        _agree(made, side, by, now=now)
    made.save()
    trace("propose-dual-post", made, actor=by, now=now, sides=sorted(sides))
    return made


@transaction.atomic
def agree_to(post_id: int, *, by: Person, now: datetime) -> DualPost:
    """Agree for every side one speaks for; agreeing again changes nothing.

    Raises Refusal: `unknown-dual-post`, `dual-post-stopped`, `no-side`, `share-over`.
    """
    made = _locked(post_id, by, now=now)
    sides = queries.side_of(made, by, at=now)
    if not sides:
        raise refuse("no-side", "you speak for neither the person nor one of the two employers")
    _require_time(made)
    open_sides = [side for side in sides if getattr(made, f"{side}_agreed_at") is None]
    for side in open_sides:
        _agree(made, side, by, now=now)
    if open_sides:
        made.save()
        trace("agree-dual-post", made, actor=by, now=now, sides=sorted(open_sides))
    return made


@transaction.atomic
def stop_dual_post(post_id: int, *, reason: str, by: Person, now: datetime) -> DualPost:
    """Decline a proposal, or end an agreement early, with a reason all sides read.

    Raises Refusal: `unknown-dual-post`, `dual-post-stopped`, `no-side`, `needs-missing`.
    """
    made = _locked(post_id, by, now=now)
    if not queries.side_of(made, by, at=now):
        raise refuse("no-side", "you speak for neither the person nor one of the two employers")
    made.reason = tidy({"reason": reason}, longest=LONGEST, needed=frozenset({"reason"}))["reason"]
    made.stopped_at, made.stopped_by = now, by
    made.save()
    trace("stop-dual-post", made, actor=by, now=now, agreed=made.agreed)
    return made


def _proposing(made: DualPost, by: Person, *, now: datetime) -> frozenset[str]:
    """Return for which sides the proposal already speaks; refuses as `propose_dual_post`."""
    if problems := _faults(made, now=now):
        raise Refusal(*problems)
    # a stranger's firm cannot say that it is the home employer
    if made.talent.firm_id != made.home_id:
        raise refuse("home-differs", "the record names another employer", place="home", field="home")
    sides = queries.side_of(made, by, at=now)
    if not sides:
        raise refuse("no-side", "you speak for neither the person nor one of the two employers")
    if sides == {"host"} and not queries.permits(made.talent, Permission.Purpose.INTRODUCTION):
        raise refuse("not-introduced", "this person has not let firms see their record")
    _require_time(made)
    return sides


def _faults(made: DualPost, *, now: datetime) -> list[Problem]:
    problems = []
    if made.home_id == made.host_id:
        problems.append(Problem("same-employer", "home and host are the same", facts={"field": "host"}))
    if not 1 <= made.share <= 100:
        low = made.share < 1
        fault, limit = ("too-small", "1") if low else ("too-large", "100")
        problems.append(wrong("share", fault, "1 to 100 percent", limit=limit))
    results = (made.results_home, made.results_host, made.results_person)
    if min(results) < 0 or sum(results) != 100:
        facts = {"field": "results_person", "sum": str(sum(results))}
        problems.append(Problem("results-whole", "the shares do not make 100", facts=facts))
    longest = timedelta(days=LONGEST_YEARS * 366)
    if made.ends < made.begins or made.ends < beijing(now).date() or made.ends - made.begins > longest:
        facts = {"field": "ends", "years": str(LONGEST_YEARS)}
        problems.append(Problem("span-wrong", "the days will not do", place="ends", facts=facts))
    return problems


def _require_time(made: DualPost) -> None:
    """Raise Refusal `share-over` where hosts together would have more than the whole of a person's time."""
    # the record is held still: two agreements at once must see each other
    Talent.objects.select_for_update().get(pk=made.talent_id)
    taken = queries.share_taken(made.talent, begins=made.begins, ends=made.ends, besides=made.pk)
    if taken + made.share > 100:
        raise refuse(
            "share-over",
            f"{taken} percent of the time are promised already in these days",
            place="share",
            hint=f"at most {100 - taken} percent are free",
            field="share",
            taken=str(taken),
            free=str(100 - taken),
        )


def _locked(post_id: int, reader: Person, *, now: datetime) -> DualPost:
    rows = DualPost.objects.select_for_update(of=("self",)).select_related("talent", "home", "host")
    made = rows.filter(pk=post_id).first()
    if made is None:
        raise refuse("unknown-dual-post", f"there is no dual post {post_id}", hint="look at the list")
    queries.dual_post(post_id, reader=reader, at=now)
    if made.stopped_at:
        raise refuse("dual-post-stopped", "it was declined or ended already", hint="propose another one")
    return made


def _agree(made: DualPost, side: str, by: Person, *, now: datetime) -> None:
    setattr(made, f"{side}_agreed_at", now)
    if side != "person":
        setattr(made, f"{side}_agreed_by", by)
