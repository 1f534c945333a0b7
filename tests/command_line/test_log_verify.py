"""`lianqiao log verify`: whatever is done to the log behind the program's back is found, and says where."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from lianqiao.bridge import chain
from lianqiao.bridge.models import Case, Counter, Delivery, Entry, Part, Promise, Seal
from lianqiao.command_line.main import main
from lianqiao.engine.case_state import fold
from tests.bridge.town import Town

pytestmark = pytest.mark.django_db
Verify = Callable[[], tuple[int, dict[str, Any]]]


@pytest.fixture
def zone() -> Town:
    """Two filings under way and one closed; nothing is sealed yet."""
    town = Town()
    first, second, third = town.file_drama("甲"), town.file_drama("乙"), town.file_drama("丙")
    town.later(hours=2).pass_review(first)
    town.pass_review(second, town.c)
    town.later(hours=2).send_film(first)
    town.step(third, "withdraw", town.agent)
    return town


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Verify:
    """Run the command as an office would; gives its exit status and what it said."""

    def run() -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        status = main(["log", "verify", "--json"])
        return status, json.loads(capsys.readouterr().out)

    return run


@contextmanager
def undone() -> Iterator[None]:
    """Do something and take it back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def seal(town: Town) -> None:
    assert town.later(minutes=1).tick().sealed


def first() -> Case:
    return Case.objects.order_by("pk")[0]


def second() -> Case:
    return Case.objects.order_by("pk")[1]


def log_of(case: Case) -> list[Entry]:
    return list(Entry.objects.filter(case=case).order_by("seq"))


def codes(said: dict[str, Any]) -> set[str]:
    return {problem["code"] for problem in said["problems"]}


def change(row: Any, **columns: Any) -> None:
    """Change columns of a row as someone at the database would: past the program."""
    type(row).objects.filter(pk=row.pk).update(**columns)


def test_an_untouched_log_is_intact(zone: Town, verify: Verify, capsys: pytest.CaptureFixture[str]) -> None:
    seal(zone)
    assert verify() == (0, {"intact": True, "cases": 3, "entries": 7, "seals": 1, "problems": []})
    assert main(["log", "verify"]) == 0
    assert "intact: 3 cases, 7 entries, 1 seals read" in capsys.readouterr().out


# ---- entries


def alter_body() -> None:
    entry = log_of(first())[1]
    change(entry, body=entry.body.replace("通过", "不行"))


def alter_body_and_its_hash() -> None:
    entry = log_of(first())[1]
    body = entry.body.replace("通过", "不行")
    change(entry, body=body, hash=chain.link(first().number, entry.seq, body, entry.previous))


def alter_body_into_no_json() -> None:
    change(log_of(first())[1], body="{")


def remove_in_the_middle() -> None:
    log_of(first())[1].delete()


def remove_in_the_middle_and_close_the_gap() -> None:
    entries = log_of(first())
    entries[1].delete()
    change(entries[2], seq=2)


def remove_the_newest() -> None:
    log_of(first())[-1].delete()


def remove_all_of_a_case() -> None:
    Entry.objects.filter(case=first()).delete()


def swap_within_a_case() -> None:
    one, other = log_of(first())[1:3]
    change(one, seq=99)
    change(other, seq=one.seq)
    change(one, seq=other.seq)


def swap_bodies_within_a_case() -> None:
    one, other = log_of(first())[1:3]
    change(one, body=other.body, name=other.name, at=other.at, person=other.person)
    change(other, body=one.body, name=one.name, at=one.at, person=one.person)


def swap_between_cases() -> None:
    one, other = log_of(first())[1], log_of(second())[1]
    change(one, seq=99)
    change(other, case=first())
    change(one, case=second(), seq=2)


def number_two_cases_the_other_way_round() -> None:
    here, there = first(), second()
    change(here, number="between")
    change(there, number=here.number)
    change(here, number=there.number)


def add_one() -> None:
    last = log_of(first())[-1]
    link = chain.link(first().number, last.seq + 1, last.body, last.hash)
    more = {"seq": last.seq + 1, "previous": last.hash, "hash": link, "at": last.at, "name": last.name}
    Entry.objects.create(case=first(), person=last.person, body=last.body, **more)


ENTRIES = {
    alter_body: "entry-altered",
    alter_body_and_its_hash: "chain-broken",
    alter_body_into_no_json: "entry-altered",
    remove_in_the_middle: "entry-removed",
    remove_in_the_middle_and_close_the_gap: "chain-broken",
    remove_the_newest: "head-differs",
    remove_all_of_a_case: "head-differs",
    swap_within_a_case: "chain-broken",
    swap_bodies_within_a_case: "entry-altered",
    swap_between_cases: "chain-broken",
    number_two_cases_the_other_way_round: "entry-altered",
    add_one: "head-differs",
}


@pytest.mark.parametrize("sealed", [False, True], ids=["before a seal", "after a seal"])
def test_tampering_with_entries_is_found(zone: Town, verify: Verify, sealed: bool) -> None:
    if sealed:
        seal(zone)
    found = {}
    for tamper in ENTRIES:
        with undone():
            tamper()
            status, said = verify()
            found[tamper] = said["problems"][0]["code"] if status == 1 else f"exit status {status}"
    assert found == ENTRIES


def test_every_column_of_an_entry_is_held_against_its_text(zone: Town, verify: Verify) -> None:
    columns = {
        "name": "refuse_review", "at": "2026-02-11T12:00:01+08:00", "person": zone.c, "previous": "0" * 64,
        "hash": "0" * 64, "seq": 7,
    }  # fmt: skip
    missed = []
    for name, value in [*columns.items(), ("person", None)]:
        with undone():
            change(log_of(first())[1], **{name: value})
            status, said = verify()
            if status != 1 or f"case {first().number}, entry 2" not in said["problems"][0]["place"]:
                missed.append((name, value))
    assert missed == []


def test_a_person_put_on_what_time_did_is_found(zone: Town, verify: Verify) -> None:
    zone.at("2026-03-20 10:00").tick()
    rung = Entry.objects.filter(name="rung").first()
    assert rung is not None
    assert rung.person is None
    assert verify()[0] == 0
    change(rung, person=zone.a)
    assert codes(verify()[1]) == {"entry-altered"}


# ---- the newest entries, and whole cases: what a seal is for


def forge(case: Case, entries: list[Entry]) -> None:
    """Do what a careful forger does: chain the entries anew and bring the case's row in line with them."""
    previous = chain.FIRST
    for seq, entry in enumerate(entries, start=1):
        link = chain.link(case.number, seq, entry.body, previous)
        change(entry, seq=seq, body=entry.body, previous=previous, hash=link)
        previous = link
    Entry.objects.filter(case=case).exclude(pk__in=[entry.pk for entry in entries]).delete()
    state = fold(json.loads(entry.body) for entry in entries)
    assert state is not None
    change(
        case, head=previous, seq=state.seq, state=json.dumps(state.to_dict()),
        marking=",".join(state.marking),
        last_at=state.last_at, closed_at=state.closed_at or None, outcome=state.outcome, sealed_seq=0,
        waits_for="applicant", holder=None, due_at=None, next_at=None,
    )  # fmt: skip


def test_the_newest_entry_removed_after_a_seal_is_found_though_the_row_was_bent_to_match(
    zone: Town, verify: Verify
) -> None:
    seal(zone)
    forge(first(), log_of(first())[:-1])
    status, said = verify()
    assert status == 1
    assert {"code": "sealed-entry-gone", "place": f"case {first().number}, entry 3"}.items() <= said[
        "problems"
    ][-1].items()


def test_a_log_chained_anew_after_a_seal_is_found(zone: Town, verify: Verify) -> None:
    seal(zone)
    entries = log_of(first())[:-1]
    entries[1].body = entries[1].body.replace("通过", "不行")
    forge(first(), entries)
    assert "sealed-entry-gone" in codes(verify()[1])


def test_the_newest_entry_removed_before_a_seal_leaves_its_traces_in_other_rows(
    zone: Town, verify: Verify
) -> None:
    # the clock that the removed entry started is still on the list of promises
    forge(first(), log_of(first())[:-1])
    status, said = verify()
    assert (status, codes(said)) == (1, {"row-differs"})
    assert "promise film_review" in said["problems"][0]["reason"]


def test_what_no_seal_has_seen_can_be_forged_row_by_row(zone: Town, verify: Verify) -> None:
    """The limit of the log, and why every tick seals it: 15 seconds bound what can be forged."""
    forge(first(), log_of(first())[:-1])
    Promise.objects.filter(case=first(), clock="film_review").delete()
    assert verify()[0] == 0


def test_a_whole_case_removed_after_a_seal_is_found(zone: Town, verify: Verify) -> None:
    seal(zone)
    gone = Case.objects.order_by("-pk")[0]
    Delivery.objects.filter(notice__case=gone).delete()
    for rows in (gone.notices, gone.attachments, gone.promises, gone.parts, gone.entries):
        rows.all().delete()
    gone.delete()
    status, said = verify()
    assert (status, codes(said)) == (1, {"sealed-entry-gone", "count-differs"})
    assert gone.number in said["problems"][0]["place"]


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
