"""A zone whose people, firms and time can be moved about, made through commands: nothing in it is impossible.

    town = Town()                  # Wednesday 2026-02-11, 10:00 in Beijing; A is the first steward
    case = town.file_drama()       # the Ganjiang pack's filing, of the smallest tier
    town.later(days=1).step(case, "return_incorrect", town.a, incorrect=[remark("synopsis")])
    town.at("2026-02-13 09:00").tick()

`town.now` is the time everything is done at. A and C are stewards, B stands in for A and is a window clerk,
the leader heads their unit and reads English; each firm has an agent.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from lianqiao.bridge import commands, jobs, packs
from lianqiao.bridge.models import Case
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.errors import Refusal
from lianqiao.engine.identifiers import credit_check_character
from lianqiao.engine.mechanism import CaseField
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Duty, Firm, Leave, Person

STEWARD, LEADER, CLERK = "drama-steward", "drama-leader", "window-clerk"
DRAMA = "microdrama-filing"
START = "2026-02-11 10:00"  # three working days later is Saturday 2026-02-14, a make-up day


def beijing(text: str) -> datetime:
    """Return the moment a text like `2026-02-11 10:00` names in Beijing."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


class Town:
    """The people and firms of the zone and what they do."""

    def __init__(self, start: str = START) -> None:
        self.now = beijing(start)
        self._made = 0
        self.leader = self.officer("示例负责人", LEADER, language="en")
        self.unit = organization.open_unit(
            "示例备案服务中心", kind="office", actor=None, now=self.now, head_id=self.leader.pk
        )
        self.b = self.officer("示例剧管家02", CLERK)
        self.a = self.officer("示例剧管家01", STEWARD, deputy_id=self.b.pk, unit_id=self.unit.pk)
        self.c = self.officer("示例剧管家03", STEWARD, unit_id=self.unit.pk)
        self.firm, self.other_firm = self.new_firm("示例企业甲有限公司"), self.new_firm("示例企业乙有限公司")
        self.agent = self.new_agent("示例经办人甲", self.firm)
        self.other_agent = self.new_agent("示例经办人乙", self.other_firm)

    # ---- time

    def at(self, text: str) -> Town:
        """Move the time to a moment in Beijing, also backwards."""
        self.now = beijing(text)
        return self

    def later(self, **span: float) -> Town:
        """Move the time on: `later(days=1)`."""
        self.now += timedelta(**span)
        return self

    def tick(self) -> jobs.Swept:
        """Let time act once."""
        return jobs.tick(now=self.now)

    # ---- people

    def person(self, name: str, **more: Any) -> Person:
        self._made += 1
        username = f"example{self._made:02d}"
        more = {"email": f"{username}@example.invalid", "example": True, **more}
        return organization.register_person(username, name=name, actor=None, now=self.now, **more)

    def officer(self, name: str, code: str = STEWARD, *, language: str = "zh-hans", **duty: Any) -> Person:
        person = self.person(name, language=language)
        self.give(person, code, **duty)
        return person

    def give(self, person: Person, code: str, **duty: Any) -> Duty:
        return organization.give_duty(person.pk, code=code, actor=None, now=self.now, **duty)

    def new_firm(self, name: str) -> Firm:
        self._made += 1
        code = f"91360112MA{self._made:07d}"
        code += credit_check_character(code)
        return organization.register_firm(code, name=name, actor=None, now=self.now, example=True)

    def new_agent(self, name: str, firm: Firm) -> Person:
        person = self.person(name)
        organization.join_firm(person.pk, firm_id=firm.pk, role="administrator", actor=None, now=self.now)
        return person

    def leave(self, person: Person, *, days: float = 1, **more: Any) -> Leave:
        """File a leave that begins now."""
        span = {"begin": self.now, "end": self.now + timedelta(days=days), "kind": "annual", **more}
        return organization.file_leave(person.pk, actor=person, now=self.now, **span)

    def back(self, leave: Leave) -> None:
        """Call a leave off: the person is back."""
        organization.cancel_leave(leave.pk, actor=leave.person, now=self.now)

    # ---- cases

    def open(
        self,
        mechanism: str,
        *,
        by: Person | None = None,
        firm: Firm | None = None,
        once: str = "",
        **data: Any,
    ) -> Case:
        """Open a case of any promise, for the first firm unless told otherwise."""
        return commands.open_case(
            mechanism, by=by or self.agent, firm=firm or self.firm, data=data, now=self.now, once=once
        )

    def step(
        self, case: Case, step: str, by: Person, *, seen: int | None = None, once: str = "", **data: Any
    ) -> Case:
        """Take a step and return the case as it is afterwards."""
        return commands.act(case.number, step, by=by, data=data, now=self.now, seen=seen, once=once)

    def upload(
        self, content: bytes, name: str, *, field: CaseField, by: Person | None = None
    ) -> dict[str, Any]:
        """Receive a file for a field, its name as it is given; return what a form hands to a step."""
        return commands.receive(Upload(name, content), field=field, by=by or self.agent, now=self.now)

    def filing(self, title: str = "示例短剧", *, by: Person | None = None, **more: Any) -> dict[str, Any]:
        """Return what the form of a filing of the smallest tier hands over; its file is received here."""
        field = packs.current().newest(DRAMA).fields["application_form"]
        return {
            "drama_title": title,
            "episodes": "24",
            "minutes_per_episode": "2",
            "investment": "120000.00",
            "special_topic": "none",
            "synopsis": "示例梗概。",
            "application_form": [self.upload(pdf(title), "申请表.pdf", field=field, by=by)],
            **more,
        }

    def file_drama(
        self,
        title: str = "示例短剧",
        *,
        by: Person | None = None,
        firm: Firm | None = None,
        once: str = "",
        **more: Any,
    ) -> Case:
        """File a drama of the smallest tier; `more` adds to the form or replaces parts of it."""
        return self.open(DRAMA, by=by, firm=firm, once=once, **self.filing(title, by=by, **more))

    def pass_review(self, case: Case, by: Person | None = None) -> Case:
        return self.step(case, "pass_review", by or self.a, review_opinion="示例意见：通过。")

    def send_film(self, case: Case) -> Case:
        field = packs.mechanism(f"{case.mechanism}@{case.version}").fields["film"]
        return self.step(case, "send_film", self.agent, film=[self.upload(film(), "成片.mp4", field=field)])

    def pass_film(self, case: Case, by: Person | None = None) -> Case:
        return self.step(case, "pass_film", by or self.a, film_opinion="示例意见：通过。")


class Upload(SimpleUploadedFile):
    """A file as it comes from a browser, but for its name: no server has looked at that yet."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__("x", content)
        self._name = name


def refusal_of(ask: Callable[[], Any]) -> Refusal | None:
    """Do something that may be refused; return the refusal, None where it was done."""
    try:
        ask()
    except Refusal as refusal:
        return refusal
    return None


def remark(field: str, reason: str = "请更正。") -> dict[str, str]:
    """Return one remark of a clerk about a field, as a form hands it over."""
    return {"field": field, "reason": reason}


# ---- the smallest files that are what they say


def pdf(text: str = "") -> bytes:
    return b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n% " + text.encode() + b"\ntrailer\n<<>>\n%%EOF\n"


def film(text: str = "") -> bytes:
    head = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"
    return head + (8 + len(text.encode())).to_bytes(4, "big") + b"mdat" + text.encode()


def png(text: str = "") -> bytes:
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    return head + text.encode()


def docx(text: str = "") -> bytes:
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": f"<document>{text}</document>"})


def archive(members: dict[str, str]) -> bytes:
    """Return a zip archive with these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, text in members.items():
            made.writestr(name, text)
    return file.getvalue()
