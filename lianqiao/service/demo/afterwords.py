"""What firms of the demonstration say beside their filings: ratings of what has ended, a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lianqiao.bridge import commands
from lianqiao.bridge.models import Case
from lianqiao.organization.models import Firm, Person
from lianqiao.service.demo.cast import Cast
from lianqiao.service.demo.stories import Story

# mostly content, as offices report; the one bad rating opens its follow-up
RATINGS = (
    (5, "剧管家主动联系，两天就办好了。（示例）"),
    (5, ""),
    (4, "材料要求写得清楚。（示例）"),
    (5, ""),
    (3, "希望成片预审再快一些。（示例）"),
    (4, ""),
    (5, "退回理由写得明白，一次就改对了。（示例）"),
    (2, "超过承诺时间才收到结果，中间没有人联系。（示例）"),
    (5, ""),
)
RATED_WITHIN = timedelta(days=3)
QUESTION = "请问申请表的骑缝章是否必须？我们已盖公章。（示例）"
ANSWER = "骑缝章不是必须的，公章清晰即可。收到后当天会看。（示例）"


@dataclass
class Filing:
    """A filing under way: its firm, who files it, and the case once there is one."""

    story: Story
    firm: Firm
    agent: Person
    case: Case | None = None


def afterwords(filings: list[Filing], cast: Cast, *, now: datetime) -> None:
    """Rate what has ended, every third case not, and let one open case have a conversation."""
    for filing in filings:
        if filing.case is not None:
            filing.case.refresh_from_db()
    _rate([filing for filing in filings if filing.case and filing.case.closed_at], now=now)
    under_way = [filing for filing in filings if filing.case and filing.case.holder_id]
    if under_way:
        _talk(under_way[0], cast, now=now)


def _rate(ended: list[Filing], *, now: datetime) -> None:
    rated = [filing for at, filing in enumerate(ended) if at % 3]
    for at, filing in enumerate(rated):
        assert filing.case is not None
        assert filing.case.closed_at is not None
        grade, words = RATINGS[at % len(RATINGS)]
        # one follow-up is enough to look at, and it must be fresh: no worker has swept its clocks since
        if grade < 3 and at < len(rated) - len(RATINGS):
            grade, words = 4, ""
        moment = now - timedelta(minutes=30) if grade < 3 else min(now, filing.case.closed_at + RATED_WITHIN)
        commands.rate(filing.case.number, grade, words=words, by=filing.agent, now=moment)


def _talk(filing: Filing, cast: Cast, *, now: datetime) -> None:
    assert filing.case is not None
    asked = max(filing.case.last_at, now - timedelta(hours=2))
    commands.add_note(filing.case.number, QUESTION, by=filing.agent, now=asked)
    holder = cast.by_id(int(filing.case.holder_id or 0))
    answered = min(now, asked + timedelta(minutes=25))
    commands.add_note(filing.case.number, ANSWER, by=holder, now=answered)
