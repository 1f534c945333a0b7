"""Imports: good rows kept, bad ones told, twice is once, killed is nothing; what a complete one withdraws."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from lianqiao.bridge import packs
from lianqiao.engine.errors import Refusal
from lianqiao.engine.search_terms import terms
from lianqiao.organization import commands as organization
from lianqiao.service.commands.items import import_items, link_item
from lianqiao.service.demo.catalogue import enter_catalogue
from lianqiao.service.item_import.mapping import ItemMap, map_of, read_map
from lianqiao.service.item_import.report import ImportReport, RowReport
from lianqiao.service.models import ItemImport, ItemTerm, ItemText, ServiceDepartment, ServiceItem
from tests.world import NOW, person

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "items"
LATER = NOW + timedelta(days=30)
HEAD = "department,main_item,item_name,item_code,task_type"

pytestmark = pytest.mark.django_db


def five_columns() -> ItemMap:
    return map_of(packs.current(), "five-columns")


def dirty_map() -> ItemMap:
    return read_map((FIXTURES / "map-dirty.toml").read_text(encoding="utf-8"), "map-dirty.toml")


def take(
    name: str = "clean.csv", *, item_map: ItemMap | None = None, now: Any = NOW, **more: Any
) -> ImportReport:
    return import_items(FIXTURES / name, item_map or five_columns(), now=now, **more)


def written(folder: Path, rows: Iterable[str], head: str = HEAD) -> Path:
    path = folder / "items.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return tuple(report.counts[name] for name in ("added", "updated", "unchanged", "refused"))  # type: ignore[return-value]


def check_search_tables() -> None:
    """The terms kept, their counts and the database's own index are those of the items."""
    for text in ItemText.objects.select_related("item__department"):
        item = text.item
        assert text.name_terms.split() == list(terms(item.name))
        assert set(text.terms.split()) == set(terms(f"{item.name}\n{item.main_item}\n{item.department.name}"))
    every: dict[str, int] = {"": ItemText.objects.count()} if ItemText.objects.exists() else {}
    for text in ItemText.objects.all():
        for term in text.terms.split():
            every[term] = every.get(term, 0) + 1
    assert dict(ItemTerm.objects.values_list("term", "items")) == every
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            name = "service_itemtext_index"
            cursor.execute(f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)")


def test_a_clean_file_is_taken_whole_and_once() -> None:
    first = take()
    assert counts(first) == (8, 0, 0, 0)
    item = ServiceItem.objects.get(key="SL-0001")
    assert (item.name, item.department.name, item.main_item) == (
        "药品零售企业设立审批",
        "示例一局",
        "药品零售许可",
    )
    assert (item.kind, item.source, item.first_imported_at) == ("01", five_columns().source, NOW)
    assert ServiceItem.objects.get(key="SL-0003").main_item == ""
    check_search_tables()

    again = take(now=LATER)
    assert counts(again) == (0, 0, 8, 0)
    item.refresh_from_db()
    assert (item.first_imported_at, item.last_imported_at) == (NOW, LATER)
    check_search_tables()
    assert list(ItemImport.objects.order_by("at").values_list("added", "unchanged", "file")) == [
        (8, 0, "clean.csv"),
        (0, 8, "clean.csv"),
    ]


def test_a_second_import_updates_and_says_which_fields(tmp_path: Path) -> None:
    take()
    path = written(
        tmp_path,
        [
            "示例九局,药品零售许可,药品零售企业设立许可,SL-0001,1",
            "示例一局,未分类,食品经营许可核发,SL-0003,1",
        ],
    )
    heard: list[RowReport] = []
    report = import_items(path, five_columns(), now=LATER, listener=heard.append)
    assert counts(report) == (0, 1, 1, 0)
    assert heard[0].changed == ("name", "department")
    assert report.changed == {"name": 1, "department": 1}
    item = ServiceItem.objects.get(key="SL-0001")
    assert (item.name, item.department.name) == ("药品零售企业设立许可", "示例九局")
    check_search_tables()


def test_dirt_is_told_and_what_can_be_read_is_kept() -> None:
    report = take("dirty.csv", item_map=dirty_map())
    assert counts(report) == (6, 0, 0, 13)
    assert set(ServiceItem.objects.values_list("key", flat=True)) == {
        "SL-0001", "SL-0003", "SL-0004", "SL-0008", "SL-0010", "SL-0013",
    }  # fmt: skip
    repeated = next(row for row in report.looked_at if row.line == 7)
    assert (repeated.outcome, repeated.problems[0].facts["first"]) == ("refused", "4")
    assert ServiceItem.objects.get(key="SL-0001").name == "药品零售企业设立审批"
    kept = next(row for row in report.looked_at if row.line == 19)
    assert (kept.outcome, len(kept.problems)) == ("added", 4)
    assert report.remarks == 5
    assert counts(take("dirty.csv", item_map=dirty_map(), now=LATER)) == (0, 0, 6, 13)
    check_search_tables()


def test_what_a_file_does_not_say_stays(tmp_path: Path) -> None:
    take("dirty.csv", item_map=dirty_map())
    path = written(tmp_path, ["示例一局,未分类,药品零售企业设立审批,SL-0001,1"])
    report = import_items(path, five_columns(), now=LATER)
    assert report.changed == {"source": 1}
    item = ServiceItem.objects.get(key="SL-0001")
    assert (item.statutory_limit, item.promised_limit, item.audience) == ("20wd", "5wd", "firm")


@pytest.mark.parametrize("name", ["gbk.csv", "clean.csv"])
def test_a_dry_run_says_the_same_and_writes_nothing(name: str) -> None:
    foreseen = take(name, dry_run=True)
    for model in (ServiceItem, ServiceDepartment, ItemText, ItemTerm, ItemImport):
        assert not model.objects.exists()
    assert counts(foreseen) == counts(take(name))
    assert counts(take(name, dry_run=True)) == (0, 0, foreseen.rows, 0)


def test_a_complete_catalogue_withdraws_what_it_lacks_and_takes_it_back(tmp_path: Path) -> None:
    take()
    other = five_columns().model_copy(update={"source": "另一份清单"})
    import_items(written(tmp_path, ["示例一局,,另一份清单的事项,QT-1,1"]), other, now=NOW)
    few = written(tmp_path, ["示例一局,药品零售许可,药品零售企业设立审批,SL-0001,1", "示例一局,,,SL-0002,1"])
    foreseen = import_items(few, five_columns(), now=LATER, complete=True, dry_run=True)
    report = import_items(few, five_columns(), now=LATER, complete=True)
    # the row without a name is still there: only what the file lacks altogether goes
    assert (foreseen.withdrawn, report.withdrawn) == (6, 6)
    standing = ServiceItem.objects.filter(withdrawn_at=None)
    assert set(standing.values_list("key", flat=True)) == {"SL-0001", "SL-0002", "QT-1"}
    back = take(now=LATER)
    assert counts(back) == (0, 6, 2, 0)
    assert back.changed == {"withdrawn_at": 6}
    assert not ServiceItem.objects.exclude(withdrawn_at=None).exists()


def test_a_complete_catalogue_with_unread_rows_withdraws_nothing() -> None:
    take("dirty.csv", item_map=dirty_map(), now=NOW)
    foreseen = take("dirty.csv", item_map=dirty_map(), complete=True, dry_run=True)
    assert foreseen.blocked is not None
    with pytest.raises(Refusal, match="could not be read"):
        take("dirty.csv", item_map=dirty_map(), complete=True, now=LATER)
    assert not ServiceItem.objects.filter(last_imported_at=LATER).exists()


def test_rows_that_repeat_across_batches_are_seen(tmp_path: Path) -> None:
    rows = [f"示例局,,事项{number},SL-{number % 1500},1" for number in range(2500)]
    report = import_items(written(tmp_path, rows), five_columns(), now=NOW)
    assert counts(report) == (1500, 0, 0, 1000)
    assert report.codes == {"item-key-repeated": 1000}
    check_search_tables()


def test_ten_thousand_rows_of_dirt(tmp_path: Path) -> None:
    page = '"<html><head><title>502 Bad Gateway</title></head><body>系统繁忙</body></html>",,,,'
    report = import_items(written(tmp_path, [page] * 10_000), five_columns(), now=NOW)
    assert counts(report) == (0, 0, 0, 10_000)
    assert len(report.looked_at) == 1000
    assert report.to_dict()["problems_left_out"] == 9_000
    assert len(ItemImport.objects.get().problems) == 200


def test_more_rows_than_a_page_takes_are_refused_and_undone(tmp_path: Path) -> None:
    rows = [f"示例局,,事项{number},SL-{number},1" for number in range(1200)]
    with pytest.raises(Refusal) as caught:
        import_items(written(tmp_path, rows), five_columns(), now=NOW, most_rows=1100)
    assert caught.value.code == "import-too-long"
    assert not ServiceItem.objects.exists()


def test_what_ends_before_its_end_writes_nothing(tmp_path: Path) -> None:
    def fails(row: RowReport) -> None:
        if row.line == 2300:
            raise KeyboardInterrupt

    rows = [f"示例局,,事项{number},SL-{number},1" for number in range(3000)]
    with pytest.raises(KeyboardInterrupt):
        import_items(written(tmp_path, rows), five_columns(), now=NOW, listener=fails)
    for model in (ServiceItem, ServiceDepartment, ItemText, ItemTerm, ItemImport):
        assert not model.objects.exists()


def test_only_the_office_imports_and_links() -> None:
    clerk, office = person("clerk", "示例窗口01", NOW), person("office", "示例数字办01", NOW)
    organization.give_duty(office.pk, code="office", actor=None, now=NOW)
    with pytest.raises(Refusal, match="only the office"):
        take(by=clerk)
    assert take(by=office).kept == 8
    item = ServiceItem.objects.get(key="SL-0001")
    with pytest.raises(Refusal, match="only the office"):
        link_item(item, "microdrama-filing", by=clerk, now=NOW)
    with pytest.raises(Refusal):
        link_item(item, "no-such-promise", by=office, now=NOW)
    link_item(item, "microdrama-filing", by=office, now=NOW)
    take(now=LATER)
    item.refresh_from_db()
    assert item.mechanism == "microdrama-filing"


KILLED = """
    import os, signal, sys, django
    django.setup()
    from pathlib import Path
    from lianqiao.bridge import packs
    from lianqiao.service.commands.items import import_items
    from lianqiao.service.item_import.mapping import map_of
    from lianqiao.site import wall_clock

    def heard(row):
        if row.line == 2500:
            os.kill(os.getpid(), signal.SIGKILL)

    five = map_of(packs.current(), "five-columns")
    import_items(Path(sys.argv[1]), five, now=wall_clock.read(), listener=heard)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_killed_import_leaves_nothing_half_written(tmp_path: Path) -> None:
    rows = [f"示例局,,事项{number},SL-{number},1" for number in range(4000)]
    path = written(tmp_path, rows)
    settings = {
        "LIANQIAO_HOME": str(tmp_path / "home"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'killed.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "lianqiao.site.settings",
    }
    environment = {**os.environ, **settings}
    lianqiao = [sys.executable, "-m", "lianqiao.command_line.main"]
    subprocess.run([*lianqiao, "load"], env=environment, check=True, capture_output=True)
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(path)], env=environment, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    again = subprocess.run(
        [*lianqiao, "import", "items", str(path), "--map", "five-columns"],
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "4000 added, 0 updated, 0 unchanged, 0 refused" in again.stdout


def test_the_example_catalogue_is_clean_and_marked() -> None:
    kept = enter_catalogue(packs.current(), now=NOW)
    assert kept == ServiceItem.objects.filter(example=True).count() > 50
    assert ItemImport.objects.get().problems == []
    assert not ServiceDepartment.objects.exclude(name__startswith="示例").exists()
    assert ServiceItem.objects.filter(excluded=["现场核查", "听证"]).exists()


def test_a_real_catalogue_is_taken_whole(shared: Path) -> None:
    path = shared / "gov_service" / "guangan_items.csv"
    if not path.is_file():
        pytest.skip("the real catalogue is not beside this checkout")
    report = import_items(path, five_columns(), now=NOW)
    assert counts(report) == (1135, 0, 0, 0)
    assert ServiceDepartment.objects.count() == 34
    assert counts(import_items(path, five_columns(), now=LATER, complete=True)) == (0, 0, 1135, 0)
    check_search_tables()
