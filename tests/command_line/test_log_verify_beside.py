"""`lianqiao log verify`: seals, and the rows kept beside the log, are held against it too."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

from lianqiao.bridge import chain
from lianqiao.bridge.models import Case, Counter, Part, Promise, Seal
from tests.bridge.town import Town
from tests.command_line.tampering import (
    Verify,
    alter_body,
    change,
    codes,
    first,
    seal,
    second,
    undone,
    verify,
    zone,
)

__all__ = ["verify", "zone"]

pytestmark = pytest.mark.django_db


# ---- seals


def first_seal() -> Seal:
    return Seal.objects.order_by("pk")[0]


def alter_heads() -> None:
    change(first_seal(), heads=first_seal().heads.replace("a", "b"))


def alter_heads_into_no_json() -> None:
    change(first_seal(), heads="[")


def alter_time() -> None:
    change(first_seal(), at="2026-02-10T00:00:00+08:00")


def drop_one_head_and_hash_anew() -> None:
    made = first_seal()
    heads = chain.canonical(json.loads(made.heads)[1:])
    change(made, heads=heads, hash=chain.seal(made.at, heads, made.previous))


def remove_first_seal() -> None:
    first_seal().delete()


def remove_newest_seal() -> None:
    Seal.objects.order_by("-pk")[0].delete()


def remove_all_seals() -> None:
    Seal.objects.all().delete()


def remove_all_seals_and_what_cases_say_of_them() -> None:
    Seal.objects.all().delete()
    Case.objects.update(sealed_seq=0)


def swap_seals() -> None:
    one, other = Seal.objects.order_by("pk")[:2]
    change(one, heads=other.heads, at=other.at, hash=other.hash, previous=other.previous)
    change(other, heads=one.heads, at=one.at, hash=one.hash, previous=one.previous)


SEALS = [
    alter_heads, alter_heads_into_no_json, alter_time, drop_one_head_and_hash_anew, remove_first_seal,
    remove_newest_seal, remove_all_seals, remove_all_seals_and_what_cases_say_of_them, swap_seals,
]  # fmt: skip


def test_tampering_with_seals_is_found(zone: Town, verify: Verify) -> None:
    seal(zone)
    zone.pass_film(first())
    seal(zone)
    assert verify()[0] == 0
    missed = []
    for tamper in SEALS:
        with undone():
            tamper()
            status, said = verify()
            if status != 1 or "seal-altered" not in codes(said):
                missed.append(tamper.__name__)
    assert missed == []


# ---- rows beside the log


def test_every_column_of_a_case_is_held_against_the_log(zone: Town, verify: Verify) -> None:
    case, early = first(), "2026-02-01T00:00:00+08:00"
    columns = {
        "head": "0" * 64, "seq": 9, "marking": "passed", "mechanism": "other", "version": 2, "title": "别",
        "waits_for": "applicant", "holder": zone.c, "opened_at": early, "last_at": early, "closed_at": early,
        "outcome": "granted", "due_at": None, "next_at": None, "firm": zone.other_firm,
        "applicant": zone.other_agent,
        "number": "WDJ-2026-000099", "parent": second(), "parent_name": "part",
    }  # fmt: skip
    states = [("state", "{}"), ("state", "not JSON"), ("state", case.state.replace("示例梗概", "别的梗概"))]
    missed = []
    for name, value in [*columns.items(), *states]:
        with undone():
            change(case, **{name: value})
            status, said = verify()
            if status != 1 or first().number not in said["problems"][0]["place"]:
                missed.append(name)
    assert missed == []


def test_promises_and_parts_are_held_against_the_log(zone: Town, verify: Verify) -> None:
    late = "2027-02-12T00:00:00+08:00"
    promise = {
        "due_at": late, "law_due_at": None, "started_at": late, "ended_at": late, "result": "kept",
        "breaches": 3, "level": "public", "state": "paused", "owner": zone.c, "provisional": True,
        "mechanism": "other", "clock": "other",
    }  # fmt: skip
    part = {"owner": zone.c, "holder": zone.c, "open": False, "duty": "other", "role": "other"}
    changes = [(Promise, name, value) for name, value in promise.items()]
    changes += [(Part, name, value) for name, value in part.items()]
    missed = []
    for table, name, value in [*changes, (Promise, "", None), (Part, "", None)]:
        with undone():
            row = table.objects.filter(case=first()).order_by("-pk")[0]
            change(row, **{name: value}) if name else row.delete()
            status, said = verify()
            if (
                status != 1
                or codes(said) - {"count-differs"} != {"row-differs"}
                or first().number not in said["problems"][0]["place"]
            ):
                missed.append((table.__name__, name))
    assert missed == []


def test_a_promise_taken_from_the_pack_does_not_hinder_verifying(
    zone: Town, verify: Verify, settings: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "zone"
    shutil.copytree(settings.ENVIRONMENT.district, folder)
    (folder / "mechanisms" / "microdrama-filing.toml").unlink()
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, district=folder)
    assert verify()[0] == 0
    alter_body()
    assert verify()[0] == 1


def test_the_counter_of_numbers_is_no_part_of_the_log(zone: Town, verify: Verify) -> None:
    seal(zone)
    Counter.objects.filter(series__startswith="WDJ").update(last=F("last") + 5)
    assert verify()[0] == 0
