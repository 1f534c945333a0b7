"""E-licences are made out: signed, under a code that cannot be guessed."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from lianqiao.bridge.commands.acting import CODE_LETTERS
from lianqiao.engine.beijing import beijing
from lianqiao.engine.licences.credential import Face, Issuer, Signer, licence_claims
from lianqiao.engine.licences.shape import LicenceKind
from lianqiao.service.licences.models import Credential
from lianqiao.service.licences.queries.facts import Due

CODE_LENGTH = 14


def new_code() -> str:
    """Return a code for a public page, without letters that look alike."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def made_out(
    row: Due,
    kind: LicenceKind,
    *,
    valid_from: date,
    until: date,
    signer: Signer,
    issuer: Issuer,
    now: datetime,
) -> Credential:
    """Return the e-licence of one term, signed and not yet written."""
    face = Face(
        code=new_code(),
        number=row.number,
        kind=kind.id,
        title=kind.title.zh_hans,
        title_en=kind.title.en,
        holder=row.holder,
        credit_code=row.credit_code,
        premises=row.premises,
        scope=row.scope,
        issued_on=beijing(now).date(),
        valid_from=valid_from,
        valid_until=until,
        place=row.id,
        example=row.example,
    )
    token = signer.sign(licence_claims(face, issuer))
    return Credential(
        code=face.code, licence_id=row.id, until=until, issued_at=now, kid=signer.kid, token=token
    )
