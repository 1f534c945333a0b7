"""Import and search of generated service items: `python -m benchmarks.items [ROWS]`; prints JSON.

Runs in a database made for it and dropped again, on whatever `DATABASE_URL` names. Beside the search as it
is stands the plain way, LIKE over every row, on the same questions.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROWS = 100_000
QUESTIONS = 200
SEED = 20261121
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
PLACES = 40
THINGS = (
    "药品", "食品", "医疗器械", "农药", "兽药", "种子", "烟草专卖零售", "出版物", "印刷", "旅馆业",
    "公共场所卫生", "饮用水", "特种设备",
    "危险化学品", "烟花爆竹", "道路货物运输", "道路旅客运输", "出租汽车", "船舶", "机动车维修",
    "建筑工程施工", "建设用地", "户外广告", "城市绿化",
    "排水", "燃气", "取水", "河道采砂", "林木采伐", "野生动物", "水产养殖", "动物防疫", "生鲜乳",
    "劳务派遣", "人力资源服务", "民办学校", "教师资格",
    "校外培训机构", "营业性演出", "娱乐场所", "互联网上网服务", "网络微短剧", "文物保护", "体育设施",
    "社会团体", "慈善组织", "养老机构", "殡葬设施",
    "残疾人证", "失业保险", "工伤认定", "住房公积金", "医师执业", "护士执业", "医疗机构", "放射诊疗",
    "母婴保健", "计量器具", "检验检测机构", "食盐",
)  # fmt: skip
ACTS = (
    "经营许可", "生产许可", "设立审批", "变更审批", "注销登记", "延续", "补发", "备案", "年度报告",
    "信息查询", "政策咨询", "费用减免申请", "资格认定",
    "现场核查", "换发证书", "新办", "使用登记", "检验合格证核发", "补贴发放", "异议处理",
)  # fmt: skip
QUALITIES = (
    "",
    "（个体工商户）",
    "（企业）",
    "（县级权限）",
    "（首次）",
    "（告知承诺）",
    "（跨省）",
    "（港澳台）",
)
OPENINGS = (
    "我想开{}店",
    "{}怎么办理",
    "{}许可证延续需要什么材料",
    "办{}要多久",
    "{}",
    "{}注销",
    "请问在哪里办{}",
)


def main(rows: int = ROWS) -> dict[str, Any]:
    """Return times of imports in s, memory in MB (SQLite's made database lies in it), of searches in ms."""
    os.environ.setdefault("LIANQIAO_HOME", tempfile.mkdtemp(prefix="lianqiao-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianqiao.site.settings")
    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        return {"database": connection.vendor, "rows": rows, **_imported(rows), **_searched()}
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def generated(rows: int) -> Iterator[tuple[str, ...]]:
    """Yield rows of a made-up provincial catalogue: the same items over and over, place by place."""
    chance = random.Random(SEED)
    for number in range(rows):
        thing, act, quality = chance.choice(THINGS), chance.choice(ACTS), chance.choice(QUALITIES)
        second = chance.choice(THINGS) if chance.random() < 0.3 else ""
        name = f"{thing}{'、' + second if second else ''}{act}{quality}"
        place = f"示例{chance.randrange(PLACES):02}区"
        yield (
            f"{place}{thing[:2]}局",
            f"{thing}{act}",
            name,
            f"SL-{number:09}-{place[2:4]}",
            str(chance.randint(1, 10)),
        )


def _imported(rows: int) -> dict[str, Any]:
    from lianqiao.bridge import packs
    from lianqiao.service.commands.items import import_items
    from lianqiao.service.item_import.mapping import map_of

    path = Path(tempfile.mkdtemp(prefix="lianqiao-bench-")) / "items.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("department", "main_item", "item_name", "item_code", "task_type"))
        writer.writerows(generated(rows))
    item_map = map_of(packs.current(), "five-columns")
    found: dict[str, Any] = {}
    for name in ("first_import", "same_file_again"):
        begun = time.perf_counter()
        report = import_items(path, item_map, now=NOW)
        found[f"{name}_s"] = round(time.perf_counter() - begun, 1)
        found[f"{name}_counts"] = dict(report.counts)
    found["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def _searched() -> dict[str, Any]:
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    chance = random.Random(SEED)
    questions = [chance.choice(OPENINGS).format(chance.choice(THINGS)) for _ in range(QUESTIONS)]
    return {
        "search_ms": _times(questions, _whole_page),
        "first_results_ms": _times(questions, _first),
        "like_over_every_row_ms": _times(questions[:40], _plainly),
    }


def _whole_page(question: str) -> None:
    """What the page of items asks: the count, both facets, fifty rows."""
    from lianqiao.service.queries import items

    found = items.search_items(question)
    items.facets_of(found)
    list(found.items[:50])


def _first(question: str) -> None:
    from lianqiao.service.queries import items

    list(items.search_items(question).items[:8])


def _plainly(question: str) -> None:
    """The rejected way: every term looked for in every row, one point each."""
    from django.db.models import Case as If
    from django.db.models import F, IntegerField, Q, Value, When

    from lianqiao.engine.search_terms import terms
    from lianqiao.service.models import ItemText

    score: Any = Value(0)
    for term in terms(question):
        score = score + If(When(Q(terms__contains=term), then=1), default=0, output_field=IntegerField())
    list(ItemText.objects.annotate(score=score).filter(score__gt=1).order_by(F("score").desc(), "pk")[:8])


def _times(questions: list[str], ask: Callable[[str], None]) -> dict[str, float]:
    """Return times by the clock, and the processor's own time, which a busy machine does not lengthen.

    With PostgreSQL the server's part is not in the latter.
    """
    taken, worked = [], []
    for question in questions:
        begun, before = time.perf_counter(), time.process_time()
        ask(question)
        taken.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - before) * 1000)
    return {**_at("", taken), **_at("processor_", worked)}


def _at(kind: str, times: list[float]) -> dict[str, float]:
    ordered, last = sorted(times), len(times) - 1
    shares = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    return {
        f"{kind}{name}": round(ordered[min(last, int(share * len(times)))], 1)
        for name, share in shares.items()
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS), ensure_ascii=False, indent=2))
