"""Talents of the demonstration: a few records and dual posts, and the meetings the articles count (21)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lianqiao.engine.beijing import beijing
from lianqiao.innovation.talent import commands
from lianqiao.innovation.talent.models import Talent
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.demo.cast import Cast

MEETINGS = 21
SCHOOLS = ("示例大学", "示例职业技术学院", "示例中医药大学", "示例理工学院")
# (post, field, entries as (indicator, amount, choice))
RECORDS = (
    ("示例算法工程师", "数字内容制作",
     (("invention-patent", 2, ""), ("new-product", 1, ""), ("years", 8, ""))),
    ("示例制片负责人", "网络微短剧",
     (("technology-income", 120, ""), ("people-trained", 6, ""))),
    ("示例研发主管", "脑机接口电极",
     (("invention-patent", 4, ""), ("title", 0, "associate"), ("project-led", 3, ""))),
    ("示例制剂工程师", "中药制剂",
     (("skill", 0, "technician"), ("problem-solved", 3, ""), ("months-here", 30, ""))),
    ("示例质量负责人", "医疗器械注册",
     (("standard", 2, ""), ("title", 0, "middle"), ("years", 12, ""))),
)  # fmt: skip


def enter_talents(cast: Cast, *, since: datetime, now: datetime) -> None:
    """Enter an office of two, records of firms' people, two dual posts, and a year's meetings."""
    since = max(since, now - timedelta(days=90))
    officers = _office(since)
    firms = [firm for firm in cast.firms if cast.agents.get(firm.pk)][: len(RECORDS)]
    talents = [
        _record(cast.agents[firm.pk][0], firm, number, officers[0], now=since + timedelta(days=number))
        for number, firm in enumerate(firms)
    ]
    if talents:
        _dual_posts(talents[0], cast, now=since + timedelta(days=20))
    _meetings(firms, officers[0], now=now)


def _office(now: datetime) -> list[Person]:
    made = [
        organization.register_person(
            f"talent-{number:02}", name=f"示例人才专员{number:02}", actor=None, now=now, example=True
        )
        for number in (1, 2)
    ]
    for person, deputy in zip(made, reversed(made), strict=True):
        organization.give_duty(person.pk, code="talent-office", deputy_id=deputy.pk, actor=None, now=now)
    return made


def _record(person: Person, firm: Firm, number: int, officer: Person, *, now: datetime) -> Talent:
    post, field, entries = RECORDS[number]
    talent = commands.keep_record(person, post=post, field=field, firm=firm, now=now)
    for purpose in ("evaluation", "introduction", "benefits")[: 3 - number % 2]:
        commands.permit(talent, purpose, actor=person, now=now)
    for at, (indicator, amount, choice) in enumerate(entries):
        made = commands.add_achievement(
            talent, indicator, amount=amount, choice=choice,
            day=beijing(now).date() - timedelta(days=30 + at), actor=person, now=now,
            proof=f"示例证明〔2026〕{number}{at}号",
        )  # fmt: skip
        # the last entry of every second record still waits
        if at < len(entries) - 1 or number % 2 == 0:
            commands.decide_achievement(made.pk, confirm=True, actor=officer, now=now)
    commands.appraise(talent, actor=officer, now=now + timedelta(days=1))
    return talent


def _dual_posts(talent: Talent, cast: Cast, *, now: datetime) -> None:
    """Let one person work two days a week for a second firm: agreed by all; and a third asks for a day."""
    home = talent.firm
    assert home is not None
    hosts = [firm for firm in cast.firms if firm.pk != home.pk and cast.agents.get(firm.pk)][:2]
    begins = beijing(now).date() + timedelta(days=10)
    offers = (("示例兼职研究员", 40, 18), ("示例技术顾问", 20, 6))
    for host, (post, share, months) in zip(hosts, offers, strict=False):
        made = commands.propose_dual_post(
            talent, home=home, host=host, post=post, share=share, begins=begins,
            ends=begins + timedelta(days=30 * months), results=(40, 40, 20),
            words="示例：按约定时间工作，成果按比例共有。", by=cast.agents[host.pk][0], now=now,
        )  # fmt: skip
        if share == 40:
            commands.agree_to(made.pk, by=talent.person, now=now + timedelta(days=1))


def _meetings(firms: list[Firm], officer: Person, *, now: datetime) -> None:
    """Record the year's meetings up to `now`, all 21 from the autumn on."""
    today = beijing(now).date()
    first = date(today.year, 1, 6)
    span = max(1, (min(today, date(today.year, 10, 31)) - first).days)
    count = MEETINGS if today >= date(today.year, 10, 1) else max(1, MEETINGS * span // 270)
    for number in range(count):
        commands.record_meeting(
            day=first + timedelta(days=span * number // count), title=f"示例校企供需对接会第{number + 1}场",
            school=SCHOOLS[number % len(SCHOOLS)], posts=18 + number * 3, people=40 + number * 7,
            intents=9 + number * 2, firms=firms[: 1 + number % len(firms)], by=officer, now=now, example=True,
        )  # fmt: skip
