"""The talent secretary 人才秘书: what is due for one person, what is open, and what would count more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lianqiao.engine.beijing import beijing
from lianqiao.innovation.talent.models import Achievement, DualPost, Talent
from lianqiao.innovation.talent.queries.dual_posts import dual_posts_of_talent, stage_of
from lianqiao.innovation.talent.queries.records import appraisals_of, evaluation_of, permissions_of

ENDS_SOON_DAYS = 60
APPRAISAL_LASTS_DAYS = 365


@dataclass(frozen=True)
class Reminder:
    """One thing to do: its `kind`, the day it is due by if there is one, what it is about, and where."""

    kind: str
    day: date | None = None
    about: str = ""
    post: int | None = None


def reminders(of: Talent, *, at: datetime) -> list[Reminder]:
    """Return what is due for a person, dated things first."""
    found = [*_about_posts(of, at=at), *_about_record(of, at=at)]
    return sorted(found, key=lambda one: (one.day is None, one.day or date.max))


def _about_posts(of: Talent, *, at: datetime) -> list[Reminder]:
    found, today = [], beijing(at).date()
    for post in dual_posts_of_talent(of):
        stage = stage_of(post, at=at)
        if stage == "proposed" and post.person_agreed_at is None:
            found.append(Reminder("answer-dual-post", post.begins, _called(post), post.pk))
        elif stage == "in-force" and post.ends <= today + timedelta(days=ENDS_SOON_DAYS):
            found.append(Reminder("dual-post-ends", post.ends, _called(post), post.pk))
    return found


def _about_record(of: Talent, *, at: datetime) -> list[Reminder]:
    found = []
    given = permissions_of(of)
    if "evaluation" not in given:
        found.append(Reminder("permit-evaluation"))
    if "benefits" not in given:
        found.append(Reminder("permit-benefits"))
    refused = of.achievements.filter(state=Achievement.State.REFUSED).order_by("pk")
    found += [Reminder("entry-refused", None, one.indicator) for one in refused]
    evaluation = evaluation_of(of)
    if evaluation and evaluation.total_if_confirmed > evaluation.total:
        found.append(Reminder("entries-wait"))
    last = appraisals_of(of).first()
    if last is not None:
        day = beijing(last.at).date() + timedelta(days=APPRAISAL_LASTS_DAYS)
        if day <= beijing(at).date() + timedelta(days=ENDS_SOON_DAYS):
            found.append(Reminder("appraisal-old", day))
    return found


def _called(post: DualPost) -> str:
    return f"{post.host.name} · {post.post}"
