"""Every atom once, with the words it will carry, for the tests that look at them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from lianqiao.bridge.ruler import Promise, Ruler, ruler
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.clock import Pause, reckon

NOW = datetime(2026, 2, 12, 15, tzinfo=BEIJING)
ACCEPTED = datetime(2026, 2, 11, 10, tzinfo=BEIJING)
COLUMNS: list[dict[str, Any]] = [
    {"key": "number", "label": "编号"},
    {"key": "title", "label": "剧名", "lead": True, "sort": True},
    {"key": "episodes", "label": "集数", "align": "end", "sort": True},
    {"key": "due", "label": "到期", "fit": True, "sort": True},
    {"key": "act", "label": "操作", "hide": True},
]
LIST = """{% load atoms %}
{% list caption="待办" page=page columns=columns search="编号或剧名" export="/out.xlsx" sort="due" %}
{% for row in page %}<tr>
{% cell "number" %}{{ row.number }}{% endcell %}{% cell "title" %}{{ row.title }}{% endcell %}
{% cell "episodes" %}{{ row.episodes }}{% endcell %}{% cell "due" %}{{ row.due|moment }}{% endcell %}
{% cell "act" %}<a href="/1">办理</a>{% endcell %}</tr>{% endfor %}
{% filters %}<label>状态 <select name="state"><option>全部</option></select></label>
{% none %}{% empty_state "没有待办" %}<a href="/">首页</a>{% endempty_state %}
{% endlist %}"""
PAGE = (
    """{% load atoms %}
{% for state in states %}{% badge state %}{% badge state quiet=True %}{% endfor %}
{% stat 128 label="按时兑现" tone="kept" of=131 unit="件" definition="本月" delta="+12" better="up" %}
{% stat 3 label="已逾期" url="/late" %}
{% for made in rulers %}{% card title="承诺" %}{% ruler made open=True %}{% endcard %}{% endfor %}
{% card title="经过" url="/7" tone="paused" flush=True level=3 id="log" %}{% timeline entries %}{% endcard %}
{% for one in promises %}{% promise one %}{% endfor %}
{% tabs tabs label="分类" %}
{% sure "撤销" url="/8" of="令牌" plain=True %}立即失效{% endsure %}"""
    + LIST.removeprefix("{% load atoms %}")
    + """{% errors form %}
<form class="form" method="post">{% for one in form.visible_fields %}
{% if one.name != "cost" %}{% field one %}{% endif %}{% endfor %}
{% field form.cost prefix="¥" suffix="万元" width="short" hint="写到万元" %}
<button class="button primary">提交</button></form>"""
)


class Filing(forms.Form):
    """A form with every kind of control."""

    title = forms.CharField(label="剧名", help_text="与片头一致")
    kind = forms.ChoiceField(label="题材", choices=[("a", "都市"), ("b", "古装")])
    tier = forms.ChoiceField(label="类别", widget=forms.RadioSelect, choices=[("1", "重点"), ("2", "普通")])
    platforms = forms.MultipleChoiceField(
        label="平台", required=False, widget=forms.CheckboxSelectMultiple, choices=[("d", "一"), ("k", "二")]
    )
    start = forms.DateField(label="开机", widget=forms.DateInput(attrs={"type": "date"}))
    script = forms.FileField(label="梗概", help_text="PDF")
    brief = forms.CharField(label="简介", widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label="属实")
    cost = forms.IntegerField(label="投资", required=False)


def rulers() -> list[Ruler]:
    """Return one ruler of each kind."""
    calendar = Calendar.latest()
    night = datetime(2026, 2, 11, 16, tzinfo=BEIJING)
    standing = [Pause(ACCEPTED + timedelta(days=1))]
    late = ACCEPTED + timedelta(days=20)
    return [
        ruler(reckon(ACCEPTED, "3wd"), calendar=calendar, now=NOW, law=reckon(ACCEPTED, "20wd")),
        ruler(reckon(ACCEPTED, "60wd"), calendar=calendar, now=NOW),
        ruler(reckon(ACCEPTED, "5wd", pauses=standing), calendar=calendar, now=late),
        ruler(reckon(ACCEPTED, "3wd"), calendar=calendar, now=late),
        ruler(reckon(ACCEPTED, "3wd"), calendar=calendar, now=late, stopped_at=NOW),
        ruler(reckon(datetime(2026, 12, 28, 10, tzinfo=BEIJING), "7wd"), calendar=calendar, now=late),
        ruler(reckon(night, "5wh"), calendar=calendar, now=NOW),
        ruler(reckon(ACCEPTED, "24h"), calendar=calendar, now=NOW),
        ruler(reckon(ACCEPTED, "30nd"), calendar=calendar, now=NOW),
    ]


def content(**changes: Any) -> dict[str, Any]:
    """Return what the gallery shows."""
    rows = [
        {"number": f"WDJ-{n}", "title": "《滕王阁下》", "episodes": 80, "due": NOW + timedelta(hours=n)}
        for n in range(25)
    ]
    shown = {
        "states": ["running", "waiting", "at-risk", "broken", "paused", "kept", "ended"],
        "rulers": rulers(),
        "entries": [
            {
                "at": ACCEPTED,
                "who": "陈思远",
                "role": "企业",
                "what": "提交备案",
                "note": "请一次补齐。",
                "details": [{"label": "集数", "value": 80}],
                "documents": [{"name": "梗概.pdf", "url": "/d", "size": 2_400_000}, {"name": "旧稿.pdf"}],
            },
            {"what": "提醒", "mark": "clock"},
            {"what": "通过", "tone": "kept", "at": NOW},
        ],
        "promises": [
            Promise(
                title="初审答复",
                state="at-risk",
                owner="万晓雯",
                budget="3wd",
                due=datetime(2026, 2, 14, 17, 30, tzinfo=BEIJING),
                due_time="17:30",
                left="还剩1个工作日",
                law_budget="20wd",
                law_due=datetime(2026, 3, 17, 17, 30, tzinfo=BEIJING),
                spent=66,
                url="/7",
            ),
            {"title": "预审", "state": "paused"},
        ],
        "tabs": [
            {"label": "待办", "url": "?", "current": True, "count": 7},
            {"label": "已办", "url": "?done"},
        ],
        "page": Paginator(rows, 10).get_page(2),
        "columns": COLUMNS,
        "form": Filing({"title": "", "cost": "12"}),
    }
    return shown | changes


def render(source: str = PAGE, *, query: str = "", **changes: Any) -> str:
    """Return the gallery, or another template, with its content."""
    request = RequestFactory().get(f"/list/?{query}")
    return engines["django"].from_string(source).render(content(**changes) | {"request": request})
