"""`lianqiao log verify`: whatever is done to the log behind the program's back is found, and says where."""

from __future__ import annotations

import json

import pytest

from lianqiao.bridge import chain
from lianqiao.bridge.models import Case, Delivery, Entry, OwedCount, Promise
from lianqiao.command_line.main import main
from lianqiao.engine.case_state import fold
from tests.bridge.town import Town
from tests.command_line.tampering import (
    Verify,
    alter_body,
    change,
    codes,
    first,
    log_of,
    seal,
    second,
    undone,
    verify,
    zone,
)

__all__ = ["verify", "zone"]

pytestmark = pytest.mark.django_db


def test_an_untouched_log_is_intact(zone: Town, verify: Verify, capsys: pytest.CaptureFixture[str]) -> None:
    seal(zone)
    assert verify() == (0, {"intact": True, "cases": 3, "entries": 7, "seals": 1, "problems": []})
    assert main(["log", "verify"]) == 0
    assert "intact: 3 cases, 7 entries, 1 seals read" in capsys.readouterr().out


# ---- entries


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
    assert codes(verify()[1]) == {"count-differs"}
    OwedCount.objects.filter(clock="film_review").delete()
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
