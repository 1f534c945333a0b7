"""What the people of the demonstration type into its forms; every title says that it is an example."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from django.core.files.base import ContentFile

from lianqiao.bridge import commands, packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.case_state import CaseState
from lianqiao.engine.dated_rules import derive
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.needs import asked
from lianqiao.organization.models import Person
from lianqiao.service.demo import papers

PLACES = ("湖畔", "江岸", "雨巷", "青石", "山海", "星河", "城南", "云上", "灯塔", "旧站")
THINGS = ("来信", "小馆", "约定", "日记", "合伙人", "归途", "春天", "修理铺", "夜班车", "账本")
YUAN = (180_000, 350_000, 620_000, 880_000, 1_000_000, 1_500_000, 2_400_000, 3_200_000, 5_000_000)
# how often each is chosen, small dramas most
TIMES_CHOSEN = (5, 6, 6, 4, 2, 3, 2, 2, 1)
REMARKS = {
    "application_form": "申请表未加盖公章，请盖章后重新上传。",
    "production_licence": "许可证扫描件缺第二页。",
    "script": "分集大纲缺最后十集。",
    "synopsis": "梗概所写集数与申报集数不一致，请核对后更正。",
    "episodes": "集数与申请表不一致，请核对。",
    "film": "成片缺最后一集，请补齐。",
    "film_note": "请说明片头字幕与备案名称不一致的原因。",
}
OPINIONS = {
    "review_opinion": "材料齐全，内容符合备案要求，初审通过。（示例）",
    "film_opinion": "成片与备案内容一致，预审通过。（示例）",
    "refusal_reasons": "主要情节与所附主管部门意见不符，依据办事指南不予通过；修改后可重新申报。（示例）",
    "extension_reason": "涉及多个部门会商，需再用两个工作日。（示例）",
    "film_note": "片尾增加了字幕，其余与备案一致。（示例）",
}


@dataclass
class Typist:
    """Fills in any step of a filing; the same random numbers make the same words."""

    mechanism: Mechanism
    random: Random
    titled: int = 0

    def typed(self, step: str, state: CaseState | None, *, by: Person, now: datetime) -> dict[str, Any]:
        """Return what a person types for a step, its files received in their name."""
        if state is None:
            return self._filing(by, now)
        known = dict(state.data)
        names = [
            need.name
            for need in asked(self.mechanism, self.mechanism.steps[step], known)
            if not need.field.optional
        ]
        return {name: self._value(name, known, by, now) for name in names}

    def _filing(self, by: Person, now: datetime) -> dict[str, Any]:
        topic = "judicial" if self.titled % 17 == 16 else "none"
        place, thing = PLACES[self.titled % 10], THINGS[(self.titled * 3 + self.titled // 10) % 10]
        self.titled += 1
        typed: dict[str, Any] = {
            "drama_title": f"示例短剧《{place}{thing}》",
            "episodes": self.random.randrange(24, 101, 4),
            "minutes_per_episode": self.random.randint(1, 3),
            "investment": self.random.choices(YUAN, TIMES_CHOSEN)[0] * 100,
            "special_topic": topic,
            **dict.fromkeys(
                ("front_page", "platform_promoted", "member_priority", "volunteers_as_key"), False
            ),
            "synopsis": f"几位年轻人在{place}重新开始生活的故事。本剧为演示而生成，不是真实作品。",
        }
        known = typed | self._derived(typed, now)
        wanted = asked(self.mechanism, self.mechanism.steps[self.mechanism.opening_step], known)
        files = [need.name for need in wanted if need.required and need.name not in typed]
        return typed | {name: self._value(name, known, by, now) for name in files}

    def _derived(self, typed: dict[str, Any], now: datetime) -> dict[str, str]:
        """Return what the rules in force that day make of the filing: it decides which papers are needed."""
        policies, day = packs.current().policies, beijing(now).date()
        derived = self.mechanism.derived.items()
        return {name: derive(policies[one.policy], typed, on=day) for name, one in derived}

    def _value(self, name: str, known: dict[str, Any], by: Person, now: datetime) -> Any:
        field = self.mechanism.fields[name]
        if field.type == "file":
            return [self._file(name, known, by, now)]
        if field.type == "items":
            return self._remarks(field.among, known)
        if name in OPINIONS:
            return OPINIONS[name]
        corrected: dict[str, Callable[[], Any]] = {
            "synopsis": lambda: known["synopsis"].replace("几位", "三位"),
            "episodes": lambda: known["episodes"],
        }
        return corrected[name]()

    def _remarks(self, among: tuple[str, ...], known: dict[str, Any]) -> list[dict[str, str]]:
        """Return one or two things to put right, only such as the filing has."""
        offered = [name for name in among if name in REMARKS and name in known]
        chosen = self.random.sample(offered, k=min(len(offered), self.random.randint(1, 2)))
        return [{"field": name, "reason": REMARKS[name]} for name in among if name in chosen]

    def _file(self, name: str, known: dict[str, Any], by: Person, now: datetime) -> dict[str, Any]:
        field = self.mechanism.fields[name]
        title, what = known["drama_title"], field.title.zh_hans
        mark = f"{now:%Y-%m-%d %H:%M}"
        if "mp4" in field.formats:
            upload = ContentFile(papers.mp4(f"{title} {mark}"), name="示例成片.mp4")
        elif name == "production_licence":
            upload = ContentFile(papers.png(sum(title.encode())), name=f"示例{what}.png")
        else:
            upload = ContentFile(
                papers.pdf(f"示例 {what}", title, mark, "本页为演示而生成"), name=f"示例{what}.pdf"
            )
        return commands.receive(upload, field=field, by=by, now=now)
