"""What both studios do alike, through the pages of each: nothing typed is lost, what is closed stays so."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from django.test import Client

from lianqiao.service.drafting import commands
from lianqiao.service.drafting.queries import draft_of
from lianqiao.service.policy_studio.commands.drafts import DRAFTS as POLICIES
from lianqiao.service.studio.commands.drafts import DRAFTS as PROMISES
from tests.portal.api_world import Api, codes
from tests.portal.api_world import office as office_person
from tests.service.forms_sent import errors, page
from tests.service.test_lists import sheet
from tests.world import NOW, World, read, signed_in

pytestmark = [
    pytest.mark.usefixtures("publishing"),
    pytest.mark.parametrize(
        ("drafts", "home", "subject"),
        [(PROMISES, "/studio/", "cosmetics-filing"), (POLICIES, "/policies/", "example-rent-relief")],
        ids=["promises", "policies"],
    ),
]
Drafts = commands.Drafts[Any, Any]


@pytest.fixture
def office(world: World) -> Client:
    return signed_in(office_person())


def begin(office: Client, home: str, subject: str) -> int:
    sent = office.post(f"{home}{subject}/drafts/")
    assert sent.status_code == 302
    return int(sent.headers["Location"].split("/")[3])


def test_a_second_window_is_told_what_differs(
    office: Client, drafts: Drafts, home: str, subject: str
) -> None:
    draft = draft_of(drafts.model, begin(office, home, subject))
    address = f"{home}drafts/{draft.pk}/"
    assert office.post(address, {"text": draft.text + "# 一", "edition": 1}).status_code == 302
    second = office.post(address, {"text": draft.text + "# 二", "edition": 1})
    assert second.status_code == 422
    told = read(second)
    assert "# 二" in told, "what was typed stays"
    assert "另一窗口的不同之处" in told
    assert [change.words for change in second.context["conflict"]] == ["# 一", "# 二"]
    draft.refresh_from_db()
    assert (draft.text.splitlines()[-1], draft.edition) == ("# 一", 2)


def test_lists_call_a_draft_by_its_title(office: Client, drafts: Drafts, home: str, subject: str) -> None:
    draft = draft_of(drafts.model, begin(office, home, subject))
    title = tomllib.loads(draft.text)["title"]["zh-hans"]
    link, key = f'<a href="{home}drafts/{draft.pk}/">', f'<span class="code muted small">{subject}</span>'
    renamed = draft.text.replace(title, "示例·改了名")
    # by what its own text says, where that cannot be read by what is in force; the id stands beside it
    for edition, (text, called) in enumerate([(renamed, "示例·改了名"), ("title = [", title)], 1):
        office.post(f"{home}drafts/{draft.pk}/", {"text": text, "edition": edition})
        for address in (home, f"{home}{subject}/"):
            assert f"{link}{called}</a> {key}" in read(office.get(address))
    unknown = drafts.make(subject, by=draft.saved_by, now=NOW, new_id="example-unnamed")
    office.post(f"{home}drafts/{unknown.pk}/", {"text": "title = [", "edition": 1})
    assert f'<a href="{home}drafts/{unknown.pk}/">example-unnamed</a> <span' in read(office.get(home))


def test_what_was_given_up_is_closed(office: Client, drafts: Drafts, home: str, subject: str) -> None:
    number = begin(office, home, subject)
    assert subject in page(office.get(home))
    assert office.post(f"{home}drafts/{number}/dropped/").status_code == 302
    closed = office.post(f"{home}drafts/{number}/", {"text": "id = 1", "edition": 1})
    assert closed.status_code == 422
    assert "已发布或放弃" in read(closed)
    assert "已放弃" in read(office.get(f"{home}drafts/{number}/"))
    assert office.post(f"{home}drafts/{number}/dropped/").status_code == 409
    assert office.get(f"{home}drafts/{number + 1}/").status_code == 404


def test_whoever_wrote_on_it_sees_why_they_do_not_publish_it(
    office: Client, drafts: Drafts, home: str, subject: str
) -> None:
    number = begin(office, home, subject)
    address = f"{home}drafts/{number}/publication/"
    assert "须由另一人发布" in read(office.get(address))
    refused = office.post(address, {"note": "示例", "edition": 1})
    assert refused.status_code == 422
    assert "须由另一人发布" in read(refused)
    assert refused.context["form"].non_field_errors()


def test_an_id_is_well_formed_and_new(office: Client, drafts: Drafts, home: str, subject: str) -> None:
    for new_id, words in (("Nacht bus", "小写字母"), (subject, "已有这个标识")):
        sent = office.post(f"{home}new/", {"copy_of": subject, "new_id": new_id})
        assert sent.status_code == 422
        assert words in "".join(sent.context["form"].errors["new_id"])
    sent = office.post(f"{home}new/", {"copy_of": subject, "new_id": "night-bus"})
    draft = draft_of(drafts.model, int(sent.headers["Location"].split("/")[3]))
    assert (draft.subject, 'id = "night-bus"' in draft.text) == ("night-bus", True)
    assert f'value="{subject}" selected' in read(office.get(f"{home}new/?from={subject}"))


def test_so_many_and_so_long_and_no_further(
    office: Client, drafts: Drafts, home: str, subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = begin(office, home, subject)
    monkeypatch.setattr(commands, "LONGEST_TEXT", 10)
    long = office.post(f"{home}drafts/{number}/", {"text": "x" * 11, "edition": 1})
    assert set(errors(long)) == {"text"}
    for _ in range(drafts.most - 1):
        begin(office, home, subject)
    assert office.post(f"{home}{subject}/drafts/").status_code == 422


def test_over_the_api_the_same_is_refused_alike(
    world: World, drafts: Drafts, home: str, subject: str
) -> None:
    api = Api.of(office_person())
    address, named = ("/studio/drafts", "promise") if drafts is PROMISES else ("/policy-drafts", "policy")
    assert codes(api.post(address, {named: subject, "new_id": subject})) == ["text-id-taken"]
    assert codes(api.post(address, {named: subject, "new_id": "x y"})) == ["text-id"]
    assert codes(api.get(f"{address}/9999")) == ["unknown-text-draft"]
    made = api.post(address, {named: subject}).json()
    wrong = api.send("PUT", f"{address}/{made['id']}", {"text": "id = 1\n[x", "edition": 1}).json()
    assert (wrong["passes"], wrong["faults"][0]["line"], wrong["edition"]) == (False, 2, 2)
    assert api.send("DELETE", f"{address}/{made['id']}").status_code in (200, 204)
    closed = api.send("PUT", f"{address}/{made['id']}", {"text": "id = 1", "edition": 2})
    assert (closed.status_code, codes(closed)) == (409, ["text-draft-closed"])


def test_the_list_has_the_columns_chosen_and_so_has_its_workbook(
    office: Client, drafts: Drafts, home: str, subject: str
) -> None:
    chosen, book = ("at_risk", "mechanisms") if drafts is PROMISES else ("since", "policies")
    columns = f"{'promise' if drafts is PROMISES else 'title'}.{chosen}"
    rows = sheet(office.get(f"{home}{book}.xlsx?columns={columns}&sort=-{chosen}"))
    assert len(rows[0]) == 2
    assert len(rows) - 1 == len(drafts.ids())  # type: ignore[arg-type]
    assert f"{home}{subject}/" in read(office.get(f"{home}?columns={columns}&q={subject}"))
