"""The e-licence: a W3C Verifiable Credential 2.0 secured as a JWS (`vc+jwt`, Ed25519), made and verified.

No Django, no database and no clock: whoever holds the file, the issuer's published keys and, to know of a
revocation, its status list, can verify it with these functions alone.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.licences import status_list

ALGORITHM = "Ed25519"  # RFC 9864
TYPE = "vc+jwt"
CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/undefined-terms/v2")
LICENCE, STATUS = "LicenceCredential", "BitstringStatusListCredential"
MOST_BYTES = 2 * 1024 * 1024
_LONGEST = 100_000
_TOKEN = re.compile(
    rb"eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{20,100000}\.[A-Za-z0-9_-]{86}(?![A-Za-z0-9_.-])"
)

State = Literal["valid", "not-yet", "expired", "revoked", "altered", "unknown-key", "not-a-licence"]
StatusKnown = Literal["checked", "not-checked"]


@dataclass(frozen=True)
class Face:
    """What an e-licence says; `valid_until` is its last day. No person is named on it."""

    code: str
    number: str
    kind: str
    title: str
    title_en: str
    holder: str
    credit_code: str
    premises: str
    scope: str
    issued_on: date
    valid_from: date
    valid_until: date
    place: int
    example: bool = False


@dataclass(frozen=True)
class Issuer:
    """Who issues: the site's address, the zone's name, and the addresses its licences are verified at."""

    address: str
    name: str

    def status_address(self, number: int) -> str:
        """Return where a status list is published."""
        return f"{self.address}/licences/status/{number}"

    def verify_address(self, code: str) -> str:
        """Return the public page of one e-licence: what its QR code holds."""
        return f"{self.address}/licences/verify/{code}/"


@dataclass(frozen=True)
class Verified:
    """What a verification found; `claims` are the credential's own words, empty where nothing can be trusted.

    `revocation` says whether a status list was at hand; without one a revoked licence reads valid.
    """

    state: State
    claims: Mapping[str, Any] = field(default_factory=dict)
    kid: str = ""
    revocation: StatusKnown = "not-checked"

    @property
    def subject(self) -> dict[str, Any]:
        """What the licence says of its holder and itself."""
        found = self.claims.get("credentialSubject")
        return found if isinstance(found, dict) else {}


class Signer:
    """Signs with one key; the protected header is the same for every credential."""

    def __init__(self, private: Mapping[str, Any], kid: str) -> None:
        self.key, self.kid = OKPKey.import_key(dict(private)), kid
        self.header = {"alg": ALGORITHM, "kid": kid, "typ": TYPE, "cty": "vc"}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return the credential as a compact JWS."""
        return jws.serialize_compact(self.header, orjson.dumps(claims), self.key, algorithms=[ALGORITHM])


def new_key() -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return a new key: its id (RFC 7638 thumbprint), the private and the public JWK."""
    key = OKPKey.generate_key("Ed25519")
    kid = key.thumbprint()
    public = {**key.as_dict(private=False), "kid": kid, "alg": ALGORITHM, "use": "sig"}
    return kid, dict(key.as_dict(private=True)), public


def licence_claims(face: Face, issuer: Issuer) -> dict[str, Any]:
    """Return the claims of an e-licence."""
    number, at = status_list.place_of(face.place)
    listed = issuer.status_address(number)
    return {
        "@context": CONTEXTS,
        "id": issuer.verify_address(face.code),
        "type": ["VerifiableCredential", LICENCE],
        "issuer": {"id": issuer.address, "name": issuer.name},
        # renewed before its end, the licence is in force at once: the new paper is worth something today
        "validFrom": begin_of(min(face.issued_on, face.valid_from)),
        "validUntil": end_of(face.valid_until),
        "credentialSubject": {
            "id": f"urn:cn:uscc:{face.credit_code}",
            "name": face.holder,
            "creditCode": face.credit_code,
            "licence": {
                "number": face.number,
                "kind": face.kind,
                "title": face.title,
                "titleEn": face.title_en,
                "premises": face.premises,
                "scope": face.scope,
                "issuedOn": face.issued_on.isoformat(),
                "termFrom": face.valid_from.isoformat(),
                "validUntil": face.valid_until.isoformat(),
            },
            **({"example": True} if face.example else {}),
        },
        "credentialStatus": {
            "id": f"{listed}#{at}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(at),
            "statusListCredential": listed,
        },
    }


def status_claims(
    number: int, encoded: str, issuer: Issuer, *, made_at: datetime, until: datetime
) -> dict[str, Any]:
    """Return the claims of a status list; it may be kept until `until`."""
    address = issuer.status_address(number)
    return {
        "@context": CONTEXTS[:1],
        "id": address,
        "type": ["VerifiableCredential", STATUS],
        "issuer": {"id": issuer.address, "name": issuer.name},
        "validFrom": made_at.astimezone(BEIJING).isoformat(timespec="seconds"),
        "validUntil": until.astimezone(BEIJING).isoformat(timespec="seconds"),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded,
        },
    }


def begin_of(day: date) -> str:
    """Return the first moment of a day in Beijing."""
    return datetime.combine(day, time(), BEIJING).isoformat()


def end_of(day: date) -> str:
    """Return the last second of a day in Beijing."""
    return datetime.combine(day, time(23, 59, 59), BEIJING).isoformat()


def token_in(content: bytes) -> str | None:
    """Return the credential in a file: a JWS as text, or one embedded in a PDF as we make them.

    Found by its bytes, without a reader of PDFs: a stranger's file is never parsed.
    """
    found = _TOKEN.search(content[:MOST_BYTES])
    return found[0].decode() if found else None


def verify(token: str, keys: Mapping[str, Any], *, now: datetime, status: str = "") -> Verified:
    """Return whether an e-licence holds. `keys` is a JWK set, `status` the status list of the issuer (a JWS).

    Raises Refusal `keys-malformed`, and `status-list-malformed` where the list is not signed by the same
    issuer, is another list, or is past its time.
    """
    opened = _opened(token, keys)
    if isinstance(opened, Verified):
        return opened
    claims, kid = opened
    if LICENCE not in _list(claims.get("type")):
        return Verified("not-a-licence", kid=kid)
    began, ends = _moment(claims.get("validFrom")), _moment(claims.get("validUntil"))
    if began is None or ends is None:
        return Verified("not-a-licence", kid=kid)
    known: StatusKnown = "not-checked"
    if status:
        known = "checked"
        if _revoked(claims, status, keys, now=now):
            return Verified("revoked", claims, kid, known)
    state: State = "not-yet" if now < began else "expired" if now > ends else "valid"
    return Verified(state, claims, kid, known)


def keys_of(text: str) -> dict[str, Any]:
    """Return the JWK set in a text, or one key as a set. Raises Refusal `keys-malformed`."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise _bad_keys("it is not JSON") from None
    if isinstance(found, dict) and isinstance(found.get("jwks"), dict):
        found = found["jwks"]  # /.well-known/jwt-vc-issuer
    if isinstance(found, dict) and found.get("kty"):
        found = {"keys": [found]}
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        raise _bad_keys("it holds no keys")
    return found


def _opened(token: str, keys: Mapping[str, Any]) -> tuple[dict[str, Any], str] | Verified:
    """Return the claims and the key's id of a token whose signature holds."""
    head = _header(token)
    if head is None or head.get("typ") != TYPE or head.get("alg") != ALGORITHM:
        return Verified("not-a-licence")
    kid = str(head.get("kid", ""))
    public = next(
        (one for one in keys.get("keys", ()) if isinstance(one, dict) and one.get("kid") == kid), None
    )
    if public is None:
        return Verified("unknown-key", kid=kid)
    try:
        key = OKPKey.import_key({name: public[name] for name in ("kty", "crv", "x") if name in public})
    except (JoseError, ValueError, KeyError, TypeError):
        raise _bad_keys(f"the key {kid} is none") from None
    try:
        payload = jws.deserialize_compact(token, key, registry=_REGISTRY).payload
        claims = json.loads(payload)
    except (JoseError, ValueError, RecursionError):
        return Verified("altered", kid=kid)
    return (claims, kid) if isinstance(claims, dict) else Verified("not-a-licence", kid=kid)


_REGISTRY = jws.JWSRegistry(algorithms=[ALGORITHM])


def _header(token: str) -> dict[str, Any] | None:
    first = token.split(".", 1)[0]
    if len(token) > _LONGEST or token.count(".") != 2:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _revoked(claims: Mapping[str, Any], status: str, keys: Mapping[str, Any], *, now: datetime) -> bool:
    entry = claims.get("credentialStatus")
    if not isinstance(entry, dict) or not str(entry.get("statusListIndex", "")).isdigit():
        raise _bad_list("the e-licence names no place on a status list")
    opened = _opened(status.strip(), keys)
    if isinstance(opened, Verified):
        raise _bad_list("it is not signed with a key of the issuer")
    listed = opened[0]
    if listed.get("id") != entry.get("statusListCredential"):
        raise _bad_list(f"another list is needed: {entry.get('statusListCredential')}")
    ends, subject = _moment(listed.get("validUntil")), listed.get("credentialSubject")
    if ends is None or now > ends:
        raise _bad_list("it is past its time; fetch it again")
    if STATUS not in _list(listed.get("type")) or not isinstance(subject, dict):
        raise _bad_list("it is no status list")
    return status_list.is_set(str(subject.get("encodedList", "")), int(entry["statusListIndex"]))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _bad_keys(why: str) -> Refusal:
    return refuse(
        "keys-malformed", f"the keys cannot be used: {why}", hint="fetch /.well-known/jwks.json of the issuer"
    )


def _bad_list(why: str) -> Refusal:
    return refuse(
        "status-list-malformed", f"the status list cannot be used: {why}", hint="fetch it from the issuer"
    )
