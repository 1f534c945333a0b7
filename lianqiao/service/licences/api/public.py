"""What anyone may ask about licences: the kinds and their rules, and whether an e-licence holds."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Router
from pydantic import Field

from lianqiao.bridge import packs
from lianqiao.engine.errors import refuse
from lianqiao.organization.api.asking import moment
from lianqiao.organization.api.offering import PRINTABLE, Shown, offer
from lianqiao.service.language import in_words
from lianqiao.service.licences.queries.register import credential_by_code
from lianqiao.service.licences.queries.verified import verified_here

router = Router(tags=["licences"])
Code = Annotated[str, Field(max_length=40, pattern=PRINTABLE)]


class CitationShown(Shown):
    """A rule a kind of licence rests on."""

    law: str
    article: str
    says: str
    source: str


class LicenceConditionShown(Shown):
    """A condition of the renewal."""

    id: str
    title: str
    article: str
    written: str = Field(description=_("The condition in CEL."))


class LicenceKindShown(Shown):
    """A kind of licence renewed by rule."""

    id: str
    title: str
    validity: str = Field(description=_("How long it lasts: 5y, 18nm."))
    opens: str = Field(description=_("How long before its end the renewal is first looked at."))
    citations: list[CitationShown]
    conditions: list[LicenceConditionShown]


class VerificationShown(Shown):
    """What an e-licence is worth now."""

    state: str = Field(description=_("valid, not-yet, expired or revoked."))
    holder: str
    credit_code: str
    number: str
    title: str
    issued_on: str
    valid_until: str
    key: str


@offer(
    router,
    "GET",
    "/licence-kinds",
    name="showLicenceKinds",
    scope="",
    says=_("The kinds of licences renewed without an application, with their rules."),
    answer=list[LicenceKindShown],
)
def list_kinds(request: HttpRequest) -> list[LicenceKindShown]:
    """Return every kind of the pack."""
    return [
        LicenceKindShown(
            id=kind.id,
            title=in_words(kind.title),
            validity=kind.validity,
            opens=kind.opens,
            citations=[
                CitationShown(
                    law=in_words(one.law), article=one.article, says=in_words(one.says), source=one.source
                )
                for one in kind.citations
            ],
            conditions=[
                LicenceConditionShown(
                    id=one.id, title=in_words(one.title), article=one.article, written=one.when
                )
                for one in kind.conditions
            ],
        )
        for kind in packs.current().licences.kinds.values()
    ]


@offer(
    router,
    "GET",
    "/e-licences/{code}",
    name="verifyELicence",
    scope="",
    says=_("Whether the e-licence with this code holds."),
    answer=VerificationShown,
    refuses=(404,),
)
def verify_e_licence(request: HttpRequest, code: Path[Code]) -> VerificationShown:
    """Return what it is worth; refuses `unknown-e-licence`."""
    found = credential_by_code(code)
    if found is None:
        raise refuse("unknown-e-licence", f"no e-licence has the code {code}")
    result = verified_here(found.token, now=moment(request))
    face = result.subject.get("licence", {})
    return VerificationShown(
        state=result.state,
        holder=result.subject.get("name", ""),
        credit_code=result.subject.get("creditCode", ""),
        number=face.get("number", ""),
        title=face.get("title", ""),
        issued_on=face.get("issuedOn", ""),
        valid_until=face.get("validUntil", ""),
        key=result.kid,
    )
