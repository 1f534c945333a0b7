"""Licences as the API tells them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop as _
from pydantic import Field

from lianqiao.organization.api.offering import Shown
from lianqiao.organization.api.shapes import FirmShown, firm_shown
from lianqiao.service.licences.models import Credential, Licence
from lianqiao.service.licences.queries import register as queries
from lianqiao.service.licences.wording import kind_words, reasons_of, standing_words


class ReasonShown(Shown):
    """Why a licence was not renewed by rule."""

    words: str
    article: str = Field(description=_("The rule of a condition that is not met; empty for a missing paper."))


class LicenceShown(Shown):
    """A licence in its present term."""

    id: int
    kind: str
    title: str
    number: str
    firm: FirmShown
    premises: str
    scope: str
    issued_on: str
    valid_from: str
    valid_until: str
    standing: str = Field(
        description=_("valid, renewed, failed, missing, person, refused, opted-out, lapsed or revoked.")
    )
    standing_words: str
    reasons: list[ReasonShown]
    case: str = Field(description=_("The number of the case a person decides in, if one does."))
    code: str = Field(description=_("The verification code of the e-licence, if it was made out."))
    example: bool


class CredentialShown(Shown):
    """An e-licence."""

    code: str
    token: str = Field(description=_("The signed credential: a W3C Verifiable Credential as vc+jwt."))


def licence_shown(licence: Licence, credential: Credential | None, *, at: datetime) -> LicenceShown:
    """Return a licence as the API tells it."""
    standing = queries.standing_of(licence, at=at)
    return LicenceShown(
        id=licence.pk,
        kind=licence.kind,
        title=kind_words(licence.kind),
        number=licence.number,
        firm=firm_shown(licence.firm),
        premises=licence.premises,
        scope=licence.scope,
        issued_on=licence.issued_on.isoformat(),
        valid_from=licence.valid_from.isoformat(),
        valid_until=licence.valid_until.isoformat(),
        standing=standing.code,
        standing_words=standing_words(standing.code),
        reasons=[ReasonShown(words=one.words, article=one.article) for one in reasons_of(licence)],
        case=licence.case.number if licence.case else "",
        code=credential.code if credential else "",
        example=licence.example,
    )
