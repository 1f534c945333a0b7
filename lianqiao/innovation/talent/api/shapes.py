"""How records, evaluations and dual posts look in the API."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext_noop as _
from pydantic import Field

from lianqiao.engine.evaluation import Evaluation
from lianqiao.engine.masking import masked_name
from lianqiao.innovation.talent import queries
from lianqiao.innovation.talent.models import Achievement, DualPost, Talent
from lianqiao.organization.api.offering import Moment, Shown
from lianqiao.organization.api.shapes import FirmShown, firm_shown

Purpose = Literal["evaluation", "benefits", "introduction"]


class LineShown(Shown):
    """What one indicator brings."""

    indicator: str
    amount: int
    choice: str
    hundredths: int = Field(description=_("In hundredths of a point."))
    beyond: int = Field(description=_("What its limit cuts off, in hundredths of a point."))


class DimensionShown(Shown):
    """One dimension of a score."""

    dimension: str
    hundredths: int
    filled: int = Field(description=_("How far it is filled, of 10,000."))
    lines: list[LineShown]


class EvaluationShown(Shown):
    """A score with everything it is made of."""

    version: int = Field(description=_("Of the standard."))
    total: int = Field(description=_("In hundredths of a point, of 10,000."))
    total_if_confirmed: int
    dimensions: list[DimensionShown]


class TalentEntryShown(Shown):
    """An entry of a record."""

    id: int
    indicator: str
    amount: int
    choice: str
    day: str
    proof: str
    state: Literal["claimed", "confirmed", "refused", "withdrawn"]
    reason: str


class TalentRow(Shown):
    """A record as lists show it."""

    id: int
    name: str = Field(description=_("Masked, but for the bearer."))
    post: str
    field: str
    firm: FirmShown | None
    example: bool


class TalentShown(TalentRow):
    """A record in full."""

    evaluation: EvaluationShown | None
    entries: list[TalentEntryShown]
    permissions: list[Purpose]


class DualPostShown(Shown):
    """A dual post: whose, where, how much time, and whose the results are, in percent."""

    id: int
    talent: int
    home: FirmShown
    host: FirmShown
    post: str
    share: int
    begins: str
    ends: str
    results_home: int
    results_host: int
    results_person: int
    stage: str = Field(examples=["proposed", "in-force"])
    person_agreed_at: Moment | None
    home_agreed_at: Moment | None
    host_agreed_at: Moment | None
    reason: str


def evaluation_shown(found: Evaluation | None) -> EvaluationShown | None:
    """Return an evaluation for programs."""
    if found is None:
        return None
    return EvaluationShown(
        version=found.version,
        total=found.total,
        total_if_confirmed=found.total_if_confirmed,
        dimensions=[
            DimensionShown(
                dimension=one.dimension,
                hundredths=one.hundredths,
                filled=one.filled,
                lines=[LineShown(**vars(line)) for line in one.lines],
            )
            for one in found.dimensions
        ],
    )


def entry_shown(one: Achievement) -> TalentEntryShown:
    """Return an entry for programs."""
    return TalentEntryShown(
        id=one.pk,
        indicator=one.indicator,
        amount=one.amount,
        choice=one.choice,
        day=one.day.isoformat(),
        proof=one.proof,
        state=Achievement.State(one.state).value,
        reason=one.reason,
    )


def row_shown(of: Talent, *, named: bool = False) -> dict[str, object]:
    """Return the head of a record; the name is masked unless `named`."""
    return {
        "id": of.pk,
        "name": of.person.name if named else masked_name(of.person.name),
        "post": of.post,
        "field": of.field,
        "firm": firm_shown(of.firm) if of.firm else None,
        "example": of.example,
    }


def talent_shown(of: Talent, *, named: bool) -> TalentShown:
    """Return a record in full."""
    return TalentShown(
        **row_shown(of, named=named),
        evaluation=evaluation_shown(queries.evaluation_of(of)),
        entries=[entry_shown(one) for one in queries.achievements_of(of)],
        permissions=sorted(queries.permissions_of(of)),
    )


def dual_post_shown(one: DualPost, *, stage: str) -> DualPostShown:
    """Return a dual post for programs."""
    return DualPostShown(
        id=one.pk,
        talent=one.talent_id,
        home=firm_shown(one.home),
        host=firm_shown(one.host),
        post=one.post,
        share=one.share,
        begins=one.begins.isoformat(),
        ends=one.ends.isoformat(),
        results_home=one.results_home,
        results_host=one.results_host,
        results_person=one.results_person,
        stage=stage,
        person_agreed_at=one.person_agreed_at,
        home_agreed_at=one.home_agreed_at,
        host_agreed_at=one.host_agreed_at,
        reason=one.reason,
    )
