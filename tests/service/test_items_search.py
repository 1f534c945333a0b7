"""The search: plain Chinese finds items and promises; every database scores and orders as the rule says."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.test.utils import CaptureQueriesContext

from lianqiao.bridge import packs
from lianqiao.engine.search_terms import terms
from lianqiao.service.commands.items import import_items
from lianqiao.service.item_import.mapping import map_of
from lianqiao.service.models import ServiceItem
from lianqiao.service.queries import item_search
from lianqiao.service.queries.items import ROOM, facets_of, search_items, siblings, thesaurus
from tests.world import NOW

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "items"
HEAD = "department,main_item,item_name,item_code,task_type"

pytestmark = pytest.mark.django_db


def take(path: Path, **more: bool) -> None:
    import_items(path, map_of(packs.current(), "five-columns"), now=NOW, **more)


def listed(folder: Path, rows: Iterable[str], **more: bool) -> None:
    path = folder / "items.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    take(path, **more)


@pytest.fixture
def catalogue() -> None:
    take(FIXTURES / "clean.csv")


def names(text: str, **more: str) -> list[str]:
    return [item.name for item in search_items(text, **more).items]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("我想开药店", "药品零售企业设立审批"),
        ("开药房需要什么材料", "药品零售企业设立审批"),
        ("开公司", "公司设立登记"),
        ("注销公司怎么办理", "公司注销登记"),
        ("我要开个小餐馆", "食品经营许可核发"),
        ("货车运输", "道路货物运输经营许可"),
        ("残疾证", "残疾人证新办"),
        ("社保咨询", "社会保险政策咨询"),
        ("残", "残疾人证新办"),
        ("sl-0007", "残疾人证新办"),
        ("示例三局 残疾人证", "残疾人证新办"),
    ],
)
def test_plain_chinese_finds_the_item(question: str, first: str) -> None:
    assert names(question)[0] == first


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    "question", ["量子计算机", "zzzz", "'; DROP TABLE", '" OR "', "* OR *", "NEAR(a b)", "我" * 5000]
)
def test_what_is_not_there_is_not_found(question: str) -> None:
    assert names(question) == []


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("question", ["", "  ", "怎么办理", "，。！", '"', "%_", "\\"])
def test_an_empty_question_finds_everything(question: str) -> None:
    found = search_items(question)
    assert found.items.count() == 8
    assert found.promises == ()


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("question", ["微短剧备案", "我要拍短剧怎么办", "micro-drama filing", "剧管家"])
def test_promises_are_found_by_the_same_question(question: str) -> None:
    assert [one.id for one in search_items(question).promises] == ["microdrama-filing"]


@pytest.mark.usefixtures("catalogue")
def test_a_promise_is_found_without_any_catalogue() -> None:
    ServiceItem.objects.all().delete()
    assert [one.id for one in search_items("短剧").promises] == ["microdrama-filing"]


@pytest.mark.usefixtures("catalogue")
def test_a_question_about_items_finds_no_promise() -> None:
    assert search_items("公司设立登记").promises == ()
    assert search_items("微短剧备案", kind="01").promises == ()


def test_withdrawn_items_are_not_found(tmp_path: Path) -> None:
    take(FIXTURES / "clean.csv")
    listed(tmp_path, ["示例一局,,食品经营许可核发,SL-0003,1"], complete=True)
    assert names("公司设立登记") == []
    assert names("食品经营许可") == ["食品经营许可核发"]


@pytest.mark.usefixtures("catalogue")
def test_facets_count_what_each_choice_would_show() -> None:
    everything = facets_of(search_items(""))
    assert everything.total == 8
    assert [facet.count for facet in everything.departments] == [3, 3, 2]
    assert {facet.value: facet.count for facet in everything.kinds} == {"01": 6, "07": 1, "20": 1}
    department = everything.departments[0].value
    for kind in everything.kinds:
        chosen = search_items("", department=department, kind=kind.value)
        facets = facets_of(chosen)
        assert facets.total == chosen.items.count()
        assert sum(facet.count for facet in facets.departments) == kind.count


@pytest.mark.usefixtures("catalogue")
def test_sorted_as_asked_and_beside_each_other() -> None:
    by_code = [item.code for item in search_items("", sort="-code").items]
    assert by_code == sorted(by_code, reverse=True)
    item = ServiceItem.objects.get(key="SL-0004")
    assert [other.key for other in siblings(item)] == ["SL-0005"]
    assert not siblings(ServiceItem.objects.get(key="SL-0003")).exists()


@pytest.mark.usefixtures("catalogue")
def test_a_search_asks_the_database_little(django_assert_max_num_queries: object) -> None:
    from django.db import connection

    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = search_items("我想开药店")
        facets_of(found)
        list(found.items[:50])
    assert len(asked) == 3


WORDS = [
    "药品零售",
    "药店",
    "食品",
    "经营",
    "许可证",
    "设立",
    "注销",
    "延续",
    "备案",
    "A类",
    "3D打印",
    "微短剧",
    "道路",
    "货运",
]


def test_the_database_scores_and_orders_as_the_rule_does(tmp_path: Path) -> None:
    chance = random.Random(20261121)

    def some(most: int) -> str:
        return "".join(chance.sample(WORDS, chance.randint(1, most)))

    listed(tmp_path, [f"示例{n % 7}局,{some(2)},{some(5)},SL-{n},{n % 10 + 1}" for n in range(400)])
    items = list(ServiceItem.objects.select_related("department"))
    said = {item.pk: (terms(item.name), terms(f"{item.main_item}\n{item.department.name}")) for item in items}
    for _ in range(40):
        question = f"我想{some(4)}" if chance.random() < 0.8 else f"{some(2)}没有的词"
        understood = thesaurus(packs.current()).read(question)
        scale = item_search.weighed(understood, item_search.counts_of(understood))
        scores = {item.pk: scale.score(*said[item.pk]) for item in items}
        enough = [item for item in items if scores[item.pk] >= scale.enough]

        def place(item: ServiceItem, scores: dict[int, int] = scores) -> tuple[int, int, int]:
            return -(scores[item.pk] * 1000 // (ROOM + len(item.name))), len(item.name), item.pk

        found = [(item.pk, item.score) for item in search_items(question).items]  # type: ignore[attr-defined]
        assert found == [(item.pk, scores[item.pk]) for item in sorted(enough, key=place)], question


def test_questions_to_a_real_catalogue(shared: Path) -> None:
    path = shared / "gov_service" / "guangan_items.csv"
    if not path.is_file():
        pytest.skip("the real catalogue is not beside this checkout")
    take(path)
    assert "零售药店申请定点协议管理" in names("我想开药店")[:2]
    assert names("食品经营许可证延续")[0] == "食品(含保健食品)经营许可延续"
    assert names("在赣江新区办幼儿园要什么手续")[0] == "幼儿园设立审批"
    assert names("企业投资项目备案")[0] == "企业投资项目备案"
    assert names("注销公司")[0] == "公司注销登记"
