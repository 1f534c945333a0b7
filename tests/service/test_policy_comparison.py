"""Two drafts of policies side by side: words, costs, who gains, who loses, who moves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from lianqiao.bridge.long_jobs import do_all
from lianqiao.organization.models import Person
from lianqiao.service.drafting.queries import Change, compared, side_by_side
from lianqiao.service.policy_studio.commands.drafts import DRAFTS
from lianqiao.service.policy_studio.models import Comparison, PolicyDraft
from lianqiao.site.job_kinds import KINDS
from tests.benefit_world import GOOD, RD, RENT, Town, build_town
from tests.portal.api_world import Api, codes
from tests.world import NOW, at, read, signed_in


@pytest.fixture
def town(db: None, publishing: None) -> Iterator[Town]:
    with at(NOW):
        yield build_town()


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.officer)


def draft(town: Town, *changes: tuple[str, str], policy: str = RD, new_id: str = "") -> PolicyDraft:
    made = DRAFTS.make(policy, by=town.officer, now=NOW, new_id=new_id)
    text = made.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return DRAFTS.save(made.pk, text, edition=1, by=town.officer, now=NOW)


def answer() -> None:
    do_all(KINDS, clock=lambda: NOW)


def test_sentences_stand_beside_each_other() -> None:
    beside = list(side_by_side(compared(["a", "b", "c", "d"], ["a", "x", "d", "e"])))
    words = [tuple(one.words if one else "" for one in row) for row in beside]
    assert words == [("a", "a"), ("b", "x"), ("c", ""), ("d", "d"), ("", "e")]
    assert beside[2] == (Change("gone", "c"), None)


def test_days_from_the_decision_are_compared_in_words(town: Town, desk: Client) -> None:
    one = draft(town, policy=RENT)
    other = draft(town, ('value = "-2y"', 'value = "-3y"'), policy=RENT)
    shown = read(desk.get(f"/policies/drafts/{one.pk}/against/{other.pk}/"))
    assert re.search("当日之前 2 年.*当日之前 3 年", shown, re.DOTALL)
    assert "+90nd" not in shown
    assert "自2025年7月1日起施行" in shown


def test_who_gains_who_loses_and_who_moves(town: Town, desk: Client) -> None:
    large, _ = town.firm(**{**GOOD, "rd_ratio": "9%", "rd_spend": "200万元"})
    gone, _ = town.firm(**GOOD)
    town.firm(**{**GOOD, "rd_ratio": ""})
    one = draft(town)
    other = draft(town, ('share = "10%"', 'share = "20%"'), ('value = "3%"', 'value = "7%"'))
    address = f"/policies/drafts/{one.pk}/against/{other.pk}/"
    assert address in read(desk.get(f"/policies/drafts/{other.pk}/"))
    before = read(desk.get(address))
    assert "谁受益、谁受损" in before
    sent = desk.post(address)
    answer()
    assert address in read(desk.get(sent.headers["Location"])), "the job leads to what it made"
    told = read(desk.get(address))
    kept = Comparison.objects.get()
    assert kept.found["gain"]["largest"] == [[large.pk, 20_000_000]]
    assert [key for key, _fen in kept.found["lose"]["largest"]] == [gone.pk]
    moves = {(before, after): count for before, after, count in kept.found["moves"] if count}
    assert moves == {("yes", "yes"): 1, ("yes", "no"): 1, ("unknown", "unknown"): 1}
    assert kept.found["open"] == 1
    assert large.name in told
    assert gone.name in told
    assert "1 家" in told
    # the other way round nothing is reckoned anew
    back = read(desk.get(f"/policies/drafts/{other.pk}/against/{one.pk}/"))
    assert back.index(gone.name) < back.index(large.name)
    # another word is another text
    draft_now = DRAFTS.save(
        other.pk, other.text + "# 示例\n", edition=other.edition, by=town.officer, now=NOW
    )
    assert draft_now.edition == 3
    assert large.name not in read(desk.get(address))


def test_what_was_reckoned_of_one_alone_is_shown(town: Town, desk: Client) -> None:
    town.firm(**GOOD)
    one, other = draft(town), draft(town, ('share = "10%"', 'share = "20%"'))
    desk.post(f"/policies/drafts/{one.pk}/cost/")
    answer()
    told = read(desk.get(f"/policies/drafts/{one.pk}/against/{other.pk}/"))
    assert f"草稿 {one.pk} ·" in told
    assert f"草稿 {other.pk} ·" not in told
    # asked twice, it is reckoned once
    for _ in range(2):
        desk.post(f"/policies/drafts/{one.pk}/against/{other.pk}/")
    desk.post(f"/policies/drafts/{other.pk}/against/{one.pk}/")
    assert Comparison.objects.count() == 1


def test_what_cannot_be_compared(town: Town, desk: Client) -> None:
    one = draft(town)
    wrong = draft(town, ("effective_from", "effective_form"))
    people = draft(town, ('party = "firm"', 'party = "person"'), new_id="for-people")
    api = Api.of(town.officer)

    def refused(other: PolicyDraft | int) -> list[str]:
        number = other if isinstance(other, int) else other.pk
        return codes(api.post(f"/policy-drafts/{one.pk}/against/{number}", {}))

    assert refused(one) == ["same-draft"]
    assert refused(wrong) == ["draft-fails"]
    assert refused(9_999_999) == ["unknown-text-draft"]
    assert refused(people) in (["other-parties"], ["draft-fails"])
    assert desk.get(f"/policies/drafts/{one.pk}/against/{one.pk}/").status_code == 422
    stranger = Person.objects.create(username="示例外人", name="示例外人")
    assert signed_in(stranger).get(f"/policies/drafts/{one.pk}/against/{one.pk}/").status_code == 403


def test_the_same_over_the_api(town: Town) -> None:
    firm, _ = town.firm(**GOOD)
    one, other = draft(town), draft(town, ('share = "10%"', 'share = "5%"'))
    api, address = Api.of(town.officer), f"/policy-drafts/{one.pk}/against/{other.pk}"
    shown = api.get(address).json()
    assert (shown["one"], shown["between"]) == (None, None)
    assert {change["kind"] for change in shown["changes"]} == {"same", "gone", "new"}
    asked = api.post(address, {})
    assert (asked.status_code, asked.json()["job"] is not None) == (202, True)
    answer()
    found = api.get(address).json()
    assert found["one"]["fen"] == 2 * found["other"]["fen"] > 0
    between = found["between"]
    assert between["gain"] == {"count": 0, "fen": 0, "largest": []}
    assert between["lose"]["largest"] == [{"name": firm.name, "fen": found["other"]["fen"]}]
    assert {"before": "yes", "after": "yes", "parties": 1} in between["moves"]
