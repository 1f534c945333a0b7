"""A talent to test with: a record, an entry, a proposal of a dual post."""

from __future__ import annotations

from datetime import date

from lianqiao.engine.identifiers import credit_check_character
from lianqiao.innovation.talent import commands
from lianqiao.innovation.talent.models import Achievement, DualPost, Talent
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Firm, Person
from tests.world import NOW

DAY = date(2026, 1, 15)
SPAN = (date(2026, 3, 1), date(2026, 12, 31))


def example_host(number: int = 901) -> Firm:
    """Return an institute nobody here acts for."""
    code = f"91360112MA{number:07d}"
    return organization.register_firm(
        code + credit_check_character(code), name="示例研究院", actor=None, now=NOW, example=True
    )


def record_of(person: Person, firm: Firm | None) -> Talent:
    """Return a person's record, opened for evaluation."""
    made = commands.keep_record(person, post="示例研发工程师", field="示例脑机接口", firm=firm, now=NOW)
    commands.permit(made, "evaluation", actor=person, now=NOW)
    return made


def entry_of(
    talent: Talent, indicator: str = "invention-patent", *, proof: str = "示例号", **more: object
) -> Achievement:
    """Return an entry of a record."""
    given: dict[str, object] = {"amount": 2, "day": DAY, "proof": proof, "now": NOW} | more
    return commands.add_achievement(talent, indicator, actor=talent.person, **given)  # type: ignore[arg-type]


def talent_of(person: Person, firm: Firm, *, host: Firm) -> tuple[Talent, Achievement, DualPost]:
    """Return a record with an entry and a dual post proposed by the person."""
    talent = record_of(person, firm)
    return talent, entry_of(talent), proposed(talent, firm, host, by=person)


def proposed(talent: Talent, home: Firm, host: Firm, *, by: Person, share: int = 40) -> DualPost:
    """Return a proposal of a dual post."""
    return commands.propose_dual_post(
        talent,
        home=home,
        host=host,
        post="示例兼职研究员",
        share=share,
        begins=SPAN[0],
        ends=SPAN[1],
        results=(40, 40, 20),
        by=by,
        now=NOW,
    )
