"""Kinds of licences, and the credential without any database: signed, tampered with, revoked, another's."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lianqiao.bridge.pack_files import read_texts
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.errors import Refusal
from lianqiao.engine.licences import credential, status_list
from lianqiao.engine.licences.credential import (
    Face,
    Issuer,
    Signer,
    licence_claims,
    new_key,
    status_claims,
    verify,
)
from lianqiao.engine.licences.reading import check_kinds, read_kinds
from lianqiao.engine.policy.reading import read_policies
from lianqiao.engine.policy.shape import Attribute
from lianqiao.engine.schema import licence_schema
from lianqiao.site.environment import default_district

NOW = datetime(2026, 2, 11, 10, tzinfo=BEIJING)
ISSUER = Issuer("https://zone.example", "示例新区")
PLACE = status_list.BITS + 5
FACE = Face(
    code="ABCDEFGH234567", number="示例-1", kind="work-safety", title="安全生产许可证",
    title_en="Work safety",
    holder="示例企业甲有限公司", credit_code="91360112MA0000001X",
    premises="示例路1号", scope="", place=PLACE,
    issued_on=date(2026, 2, 11), valid_from=date(2026, 3, 1), valid_until=date(2029, 2, 28), example=True,
)  # fmt: skip
SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "licence.schema.json"


@pytest.fixture(scope="module")
def keys() -> tuple[Signer, dict[str, Any]]:
    kid, private, public = new_key()
    return Signer(private, kid), {"keys": [public]}


def test_the_fourteen_kinds_of_the_pack() -> None:
    kinds = read_kinds(read_texts(default_district()))
    assert len(kinds.kinds) == 14
    assert check_kinds(kinds) == []
    assert all(one.citations and one.conditions for one in kinds.kinds.values())
    safety = kinds.kinds["work-safety"]
    assert safety.next_last_day(date(2024, 2, 29)) == date(2027, 2, 28)
    assert safety.first_last_day(date(2026, 3, 1)) == date(2029, 2, 28)


def test_the_published_schema_is_current() -> None:
    assert json.loads(SCHEMA.read_text()) == licence_schema(), "run: lianqiao licence check --schema"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('opens = "150nd"', 'opens = "20nd"'), "window-late"),
        (('person_within = "45nd"', 'person_within = "300nd"'), "person-early"),
        (('when = "!fatal_accident"', 'when = "!fatal_accidents"'), "expression-name"),
        (('when = "!fatal_accident"', 'when = "last_penalty < year_ago"'), "absence-unguarded"),
        (('validity = "3y"', 'validity = "3"'), "value-malformed"),
        (('id = "work-safety"', 'id = "safety"'), "file-name-differs"),
        (('validity = "3y"', ""), "key-missing"),
    ],
)
def test_a_bad_kind_is_refused_with_its_place(change: tuple[str, str], code: str) -> None:
    texts = read_texts(default_district())
    path = "licences/work-safety.toml"
    texts[path] = texts[path].replace(*change)
    try:
        problems = check_kinds(read_kinds(texts))
    except Refusal as refusal:
        problems = list(refusal.problems)
    assert code in {one.code for one in problems}, problems
    assert all(one.place.startswith(path) and one.hint for one in problems)


def test_a_credential_holds_until_its_last_second(keys: tuple[Signer, dict[str, Any]]) -> None:
    signer, published = keys
    token = signer.sign(licence_claims(FACE, ISSUER))
    head = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert head == {"alg": "Ed25519", "kid": signer.kid, "typ": "vc+jwt", "cty": "vc"}
    last = datetime(2029, 2, 28, 23, 59, 59, tzinfo=BEIJING)
    assert verify(token, published, now=NOW).state == "valid"
    assert verify(token, published, now=last).state == "valid"
    assert verify(token, published, now=last + timedelta(seconds=1)).state == "expired"
    assert verify(token, published, now=NOW - timedelta(days=1)).state == "not-yet"
    assert verify(token, published, now=NOW).subject["licence"]["number"] == "示例-1"


def test_tampering_is_found(keys: tuple[Signer, dict[str, Any]]) -> None:
    signer, published = keys
    token = signer.sign(licence_claims(FACE, ISSUER))
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["credentialSubject"]["licence"]["validUntil"] = "2099-12-31"
    claims["validUntil"] = "2099-12-31T23:59:59+08:00"
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    assert verify(f"{head}.{forged}.{signature}", published, now=NOW).state == "altered"
    assert verify(f"{head}.{body}.{signature[:-4]}AAAA", published, now=NOW).state == "altered"
    _, private, other = new_key()
    stolen = Signer(private, signer.kid).sign(licence_claims(FACE, ISSUER))
    assert verify(stolen, published, now=NOW).state == "altered"
    assert verify(token, {"keys": [other]}, now=NOW).state == "unknown-key"
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"vc+jwt"}').decode().rstrip("=")
    assert verify(f"{none}.{body}.", published, now=NOW).state == "not-a-licence"
    for nonsense in ("", "a.b.c", "eyJ.eyJ.x", token + ".more", "." * 5, "é.é.é"):
        assert verify(nonsense, published, now=NOW).state == "not-a-licence"
    assert not verify(f"{head}.{forged}.{signature}", published, now=NOW).claims


def test_revocation_by_status_list(keys: tuple[Signer, dict[str, Any]]) -> None:
    signer, published = keys
    token = signer.sign(licence_claims(FACE, ISSUER))

    def listed(*places: int, number: int = 1, now: datetime = NOW) -> str:
        encoded = status_list.encode(places)
        claims = status_claims(number, encoded, ISSUER, made_at=now, until=now + timedelta(days=1))
        return signer.sign(claims)

    assert verify(token, published, now=NOW, status=listed(4, 6)).state == "valid"
    assert verify(token, published, now=NOW, status=listed(5)).state == "revoked"
    for bad in (listed(5, number=0), listed(5, now=NOW - timedelta(days=3)), listed(5)[:-4] + "AAAA", token):
        with pytest.raises(Refusal) as refused:
            verify(token, published, now=NOW, status=bad)
        assert refused.value.code == "status-list-malformed"


def test_a_status_list_is_the_standards_own() -> None:
    encoded = status_list.encode([0, 9, status_list.BITS - 1])
    assert encoded.startswith("u")
    set_places = [at for at in (0, 1, 8, 9, 10, status_list.BITS - 1) if status_list.is_set(encoded, at)]
    assert set_places == [0, 9, status_list.BITS - 1]
    bomb = "u" + base64.urlsafe_b64encode(__import__("gzip").compress(b"\0" * 50_000_000)).decode().rstrip(
        "="
    )
    for bad in ("", "x", "u!!", "uAAAA", bomb):
        with pytest.raises(Refusal):
            status_list.is_set(bad, 0)
    with pytest.raises(Refusal):
        status_list.is_set(encoded, status_list.BITS)


def test_keys_are_read_in_every_form(keys: tuple[Signer, dict[str, Any]]) -> None:
    _, published = keys
    one = published["keys"][0]
    for text in (json.dumps(published), json.dumps(one), json.dumps({"issuer": "x", "jwks": published})):
        assert credential.keys_of(text) == published
    for bad in ("", "[]", "{}", "no json"):
        with pytest.raises(Refusal) as refused:
            credential.keys_of(bad)
        assert refused.value.code == "keys-malformed"


def asked_by_policies() -> dict[str, Attribute]:
    texts = read_texts(default_district())
    return read_policies({"attributes.toml": texts["policies/attributes.toml"]}).vocabulary


def test_one_name_is_one_fact() -> None:
    kinds, policies = read_kinds(read_texts(default_district())), asked_by_policies()
    assert check_kinds(kinds, beside=policies) == []
    other = policies["last_penalty"].model_copy(update={"fixed": False})
    found = check_kinds(kinds, beside={**policies, "last_penalty": other})
    assert [(one.code, one.place) for one in found] == [
        ("attribute-differs", "licences › attributes.last_penalty")
    ]


def test_policies_ask_for_licences_held_as_a_day() -> None:
    kinds, policies = read_kinds(read_texts(default_district())), asked_by_policies()
    unknown = {name: one for name, one in policies.items() if name != "device_licence_until"}
    for beside in (unknown, {**unknown, "device_licence_until": policies["employees"]}):
        assert [one.code for one in check_kinds(kinds, beside=beside)] == ["known-as-unfit"]
