"""再次申报: a new form begins with an earlier case of the same firm, its files by choice."""

from __future__ import annotations

from lianqiao.bridge.models import Case
from tests.service.forms_sent import NEW, hidden
from tests.world import NOW, TYPED, World, person, read, signed_in


def test_a_case_filed_again_with_its_files(world: World) -> None:
    case = world.file()
    firm = signed_in(world.agent)
    address = read(firm.get(f"/cases/{case.number}/")).split(f'href="{NEW}?')[1].split('"')[0]
    address = f"{NEW}?{address}".replace("&amp;", "&")
    plain = read(firm.get(address))
    assert TYPED["synopsis"] in plain
    assert "1200000" in plain
    assert "收到：" not in plain
    assert "_kept.script" not in plain
    form = firm.get(f"{address}&files=1")
    assert "_kept.script" in read(form)
    sent = {**TYPED, **hidden(form), "drama_title": "示例剧《桥上的人 第二季》"}
    filed = firm.post(NEW, sent)
    assert filed.status_code == 302
    page = read(firm.get(filed.headers["Location"]))
    assert page.index('class="message success"') < page.index("再次申报"), "what was done stands first"
    assert set(Case.objects.values_list("title", flat=True)) == {
        TYPED["drama_title"],
        "示例剧《桥上的人 第二季》",
    }


def test_a_colleagues_files_are_theirs_to_send(world: World) -> None:
    from lianqiao.organization import commands as organization

    case = world.file()
    second = person("firm-a2", "示例企业甲 第二经办人", NOW)
    organization.join_firm(second.pk, firm_id=world.firm.pk, role="agent", actor=None, now=NOW)
    form = read(signed_in(second).get(f"{NEW}?from={case.number}&firm={world.firm.pk}&files=1"))
    assert TYPED["synopsis"] in form
    assert "_kept.script" not in form


def test_nobody_elses_case(world: World) -> None:
    case = world.file()
    for who in (world.stranger, world.steward_of(case)):
        answer = signed_in(who).get(f"{NEW}?from={case.number}&firm={world.firm.pk}")
        assert answer.status_code in (403, 404)
        assert TYPED["synopsis"] not in read(answer)
    page = read(signed_in(world.steward_of(case)).get(f"/cases/{case.number}/"))
    assert "再次申报" not in page
    assert signed_in(world.stranger).get(f"{NEW}?from={case.number}").status_code == 404
    assert signed_in(world.agent).get(f"{NEW}?from=x%00y").status_code == 404
