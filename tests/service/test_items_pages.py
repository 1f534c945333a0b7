"""The catalogue's pages: everyone finds and reads, the office imports after seeing what would come of it."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from lianqiao.bridge import packs
from lianqiao.bridge.import_words import ITEMS, TABLES
from lianqiao.bridge.refusals import refusal_text
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service.commands.items import import_items
from lianqiao.service.item_import.mapping import map_of, read_map
from lianqiao.service.item_import.rows import open_catalogue
from lianqiao.service.models import ItemImport, ServiceItem
from tests.world import NOW, at, person, read, signed_in, stream

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "items"
ROOT = Path(__file__).resolve().parents[2]
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "list-results"}
HOME = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "found"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> object:
    with at(NOW):
        yield


@pytest.fixture
def catalogue() -> None:
    import_items(FIXTURES / "clean.csv", map_of(packs.current(), "five-columns"), now=NOW)


@pytest.fixture
def office() -> Person:
    someone = person("office-01", "示例数字办01", NOW)
    organization.give_duty(someone.pk, code="office", actor=None, now=NOW)
    return someone


def sent(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (FIXTURES / name).read_bytes())


def upload(client: Client, name: str, item_map: str = "five-columns", **more: str) -> str:
    """Send a file and return the address of what would come of it."""
    response = client.post(reverse("items-import"), {"file": sent(name), "map": item_map, **more})
    assert response.status_code == 302, read(response)
    return str(response.headers["Location"])


# --- for everyone -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("catalogue")
def test_anyone_asks_in_plain_chinese(client: Client) -> None:
    page = read(client.get(reverse("items"), {"q": "药店"}))
    assert page.index("药品零售企业设立审批") < page.index("药品零售企业变更审批")
    assert "公司设立登记" not in page
    assert "药店 / 药房 / 药品 零售" in page


@pytest.mark.usefixtures("catalogue")
def test_promises_come_first_and_lead_to_where_they_are_filed(client: Client) -> None:
    page = read(client.get(reverse("items"), {"q": "微短剧"}))
    assert reverse("service", args=["microdrama-filing"]) in page
    assert "共1条" in re.sub(r"\s", "", page)


@pytest.mark.usefixtures("catalogue")
def test_facets_narrow_and_count(client: Client) -> None:
    page = read(client.get(reverse("items"), {"kind": "07"}))
    assert "残疾人证新办" in page
    assert "公司设立登记" not in page
    assert "示例三局 (1)" in page
    assert "行政许可 (6)" in page


def test_nothing_imported_yet_leads_on(client: Client) -> None:
    page = read(client.get(reverse("items")))
    assert "还没有导入事项清单" in page
    assert reverse("services") in page


@pytest.mark.usefixtures("catalogue")
def test_what_matches_nothing_is_said(client: Client) -> None:
    assert "显示全部事项" in read(client.get(reverse("items"), {"q": "量子计算机"}))


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    "query",
    [
        {"q": "'; DROP TABLE x; --"}, {"q": "<script>alert(1)</script>"}, {"q": "我" * 3000}, {"page": "999"},
        {"page": "x"}, {"sort": "nonsense"}, {"sort": "-kind"}, {"department": "999"}, {"department": "x"},
        {"kind": "'"}, {"audience": "x"},
    ],
)  # fmt: skip
def test_odd_addresses_are_answered(client: Client, query: dict[str, str]) -> None:
    response = client.get(reverse("items"), query)
    assert response.status_code == 200
    assert "<script>alert" not in read(response)


@pytest.mark.usefixtures("catalogue")
def test_the_home_page_gets_the_first_results_alone(client: Client) -> None:
    fragment = read(client.get(reverse("items"), {"q": "药店"}, **HOME))
    assert fragment.lstrip().startswith('<div class="list-results')
    assert "<html" not in fragment
    assert "药品零售企业设立审批" in fragment
    assert fragment == read(client.get(reverse("item-suggestions"), {"q": "药店"}))
    assert "<li" not in read(client.get(reverse("items"), {"q": ""}, **HOME))


@pytest.mark.usefixtures("catalogue")
def test_what_can_be_filed_here_is_filed_from_the_first_results(client: Client) -> None:
    ServiceItem.objects.filter(name="药品零售企业设立审批").update(mechanism="microdrama-filing")
    ServiceItem.objects.filter(name="药品零售企业变更审批").update(mechanism="gone")
    form = reverse("file", args=["microdrama-filing"])
    for page in (
        client.get(reverse("items"), {"q": "药店"}, **HOME),
        client.get(reverse("items"), {"q": "药店"}),
    ):
        filed = re.findall(r'<a class="button small item-file" href="(.*?)">我要申报<', read(page))
        assert filed == [form]
    assert form in read(client.get(reverse("items"), {"q": "微短剧"}, **HOME)), "a promise itself too"


@pytest.mark.usefixtures("catalogue")
def test_the_counts_beside_the_results_change_with_them(client: Client) -> None:
    assert 'id="facets" hx-swap-oob' in read(client.get(reverse("items"), {"q": "药店"}, **HTMX))
    assert "hx-swap-oob" not in read(client.get(reverse("items"), {"q": "药店"}))


@pytest.mark.usefixtures("catalogue")
def test_a_page_of_items_asks_the_database_little(client: Client) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("items"), {"q": "许可"})
    assert len(asked) <= 5


@pytest.mark.usefixtures("catalogue")
def test_an_item_shows_its_limits_source_and_what_lies_beside_it(client: Client) -> None:
    ServiceItem.objects.filter(key="SL-0004").update(
        statutory_limit="20wd", promised_limit="0wd", excluded=["专家评审"]
    )
    page = read(client.get(reverse("item", args=["SL-0004"])))
    for words in (
        "公司设立登记",
        "20个工作日",
        "当场办结",
        "专家评审",
        "公司注销登记",
        "示例二局",
        "行政许可",
        "五列导出",
        "窗口办理",
    ):
        assert words in page
    assert client.get(reverse("item", args=["no-such-item"])).status_code == 404


def test_a_withdrawn_item_says_so_and_one_linked_leads_on(client: Client, catalogue: None) -> None:
    ServiceItem.objects.filter(key="SL-0004").update(withdrawn_at=NOW + timedelta(days=1))
    ServiceItem.objects.filter(key="SL-0001").update(mechanism="microdrama-filing", example=True)
    assert "清单中已没有这个事项" in read(client.get(reverse("item", args=["SL-0004"])))
    page = read(client.get(reverse("item", args=["SL-0001"])))
    assert "在线办理" in page
    assert "示例" in page


def test_a_promise_the_pack_has_no_longer_breaks_no_page(client: Client, catalogue: None) -> None:
    ServiceItem.objects.filter(key="SL-0001").update(mechanism="gone")
    assert client.get(reverse("item", args=["SL-0001"])).status_code == 200
    assert client.get(reverse("items")).status_code == 200


@pytest.mark.usefixtures("catalogue")
def test_every_page_speaks_both_languages(client: Client, office: Person) -> None:
    with translation.override("en"):
        english = read(client.get(reverse("items"), {"q": "公司"}, HTTP_ACCEPT_LANGUAGE="en"))
    assert "Service items" in english
    assert "Administrative licence" in english
    assert "政务服务事项" in read(client.get(reverse("items")))


# --- what was found, as a workbook ------------------------------------------------------------------------


def test_the_list_can_be_taken_along_by_those_signed_in(
    client: Client, office: Person, catalogue: None
) -> None:
    assert client.get(reverse("items-sheet")).status_code == 302
    assert reverse("items-sheet") not in read(client.get(reverse("items")))
    signed = signed_in(office)
    assert reverse("items-sheet") in read(signed.get(reverse("items")))
    sheet = load_workbook(BytesIO(stream(signed.get(reverse("items-sheet"), {"q": "残疾人证"})))).active
    rows = list(sheet.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert [row[0] for row in rows] == ["事项名称", "残疾人证新办"]


# --- the office imports -----------------------------------------------------------------------------------


def test_only_the_office_gets_to_the_import(office: Person) -> None:
    clerk = signed_in(person("clerk", "示例窗口01", NOW))
    for address in (reverse("items-import"), reverse("items-import-check", args=["a" * 64])):
        assert clerk.get(address).status_code == 403
        assert clerk.post(address, {"map": "five-columns"}).status_code == 403
    assert clerk.get(reverse("items-import-problems", args=["a" * 64])).status_code == 403
    page = signed_in(office).get(reverse("items-import"))
    assert page.status_code == 200
    assert "交本系统管理员" in read(page)
    assert "lianqiao import" not in read(page)


def test_seen_first_then_confirmed(office: Person) -> None:
    browser = signed_in(office)
    check = upload(browser, "clean.csv", complete="on")
    seen = read(browser.get(check))
    assert "将新增" in seen
    assert not ServiceItem.objects.exists()
    done = browser.post(check, {"map": "five-columns", "complete": "on"}, follow=True)
    assert "新增 8 项，更新 0 项，未变 0 项，未导入 0 行" in read(done)
    assert ServiceItem.objects.count() == 8
    made = ItemImport.objects.get()
    assert (made.by, made.file, made.complete, made.map_name) == (office, "clean.csv", True, "five-columns")
    assert "clean.csv" in read(browser.get(reverse("items-import")))


def test_problems_are_shown_by_line_and_column_and_taken_along(office: Person) -> None:
    browser = signed_in(office)
    check = upload(browser, "dirty.csv", "implementation-list")
    page = read(browser.get(check))
    for words in (
        "编码与第 4 行重复",
        "表格软件把编码当成了数字",
        "此处是网页内容而不是数据",
        "照常导入",
        "&lt;html&gt;",
    ):
        assert words in page
    assert "<title>502" not in page
    address = re.search(r'href="([^"]*problems\.xlsx[^"]*)"', page)
    assert address
    sheet = load_workbook(BytesIO(stream(browser.get(address[1].replace("&amp;", "&"))))).active
    rows = list(sheet.iter_rows())  # type: ignore[union-attr]
    assert len(rows) == 1 + 18
    formula = next(cell for row in rows for cell in row if str(cell.value).startswith("=HYPERLINK"))
    assert (formula.data_type, formula.quotePrefix) == ("s", True)


def test_another_map_can_be_tried_without_sending_the_file_again(office: Person) -> None:
    browser = signed_in(office)
    check = upload(browser, "clean.csv", "implementation-list")
    assert "缺少“ITEM_ID / 事项主键" in read(browser.get(check))
    assert "将新增" in read(browser.get(check.replace("implementation-list", "five-columns")))


@pytest.mark.parametrize(
    ("name", "words"),
    [("locked.xlsx", "设有密码"), ("page.xls", "其实是网页"), ("empty.csv", "是空文件")],
)
def test_what_is_no_table_is_refused_beside_the_field(office: Person, name: str, words: str) -> None:
    response = signed_in(office).post(reverse("items-import"), {"file": sent(name), "map": "five-columns"})
    assert response.status_code == 200
    assert words in read(response)


def test_a_complete_catalogue_with_unread_rows_cannot_be_confirmed(office: Person) -> None:
    browser = signed_in(office)
    check = upload(browser, "dirty.csv", "implementation-list", complete="on")
    page = read(browser.get(check))
    assert "无法判断哪些事项已不在清单中" in page
    assert not re.search(r'<form method="post" action="\?', page)
    again = browser.post(check, {"map": "implementation-list", "complete": "on"})
    assert "无法判断哪些事项已不在清单中" in read(again)
    assert not ServiceItem.objects.exists()


def test_another_persons_file_is_not_there(office: Person) -> None:
    check = upload(signed_in(office), "clean.csv")
    other = person("office-02", "示例数字办02", NOW)
    organization.give_duty(other.pk, code="office", actor=None, now=NOW)
    assert signed_in(other).get(check).status_code == 404
    assert signed_in(office).get(reverse("items-import-check", args=["0" * 64])).status_code == 404


def test_the_office_says_which_promise_handles_an_item(
    office: Person, catalogue: None, client: Client
) -> None:
    address = reverse("item", args=["SL-0001"])
    assert "由哪项承诺办理" not in read(client.get(address))
    assert client.post(address, {"mechanism": "microdrama-filing"}).status_code == 302
    clerk = signed_in(person("clerk", "示例窗口01", NOW))
    assert clerk.post(address, {"mechanism": "microdrama-filing"}).status_code in (403, 422)
    assert ServiceItem.objects.get(key="SL-0001").mechanism == ""
    browser = signed_in(office)
    browser.post(address, {"mechanism": "microdrama-filing"})
    assert ServiceItem.objects.get(key="SL-0001").mechanism == "microdrama-filing"
    assert reverse("service", args=["microdrama-filing"]) in read(client.get(address))


# --- words ------------------------------------------------------------------------------------------------


def test_every_code_of_an_import_has_words() -> None:
    sources = [
        *(ROOT / "lianqiao/bridge/tables").glob("*.py"),
        *(ROOT / "lianqiao/service/item_import").glob("*.py"),
    ]
    sources.append(ROOT / "lianqiao/service/commands/items.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(
        re.findall(
            r'"((?:table|sheet|header|column|row|cell|item|limit|kind|audience|promise|mechanism|import|complete|map)-[a-z-]+)"',
            text,
        )
    )
    used -= {"item-map"}
    assert used - {*TABLES, *ITEMS} == set()


def test_words_find_their_facts() -> None:
    text = (FIXTURES / "map-dirty.toml").read_text(encoding="utf-8")
    catalogue = open_catalogue(FIXTURES / "dirty.csv", read_map(text, "m.toml"), promises=frozenset())
    for row in catalogue.rows:
        for problem in (row.refusal, *row.remarks):
            if problem is not None:
                said = refusal_text(problem)
                assert "(" not in said or "%(" not in said
                assert problem.code not in said
