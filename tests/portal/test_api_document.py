"""The document: valid OpenAPI 3.1, complete in both languages, shown on a page without a script."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from jsonschema import Draft202012Validator

from lianqiao.portal.api import document, problems
from lianqiao.portal.api.root import api
from tests.portal.api_world import BASE
from tests.world import World, read


def made(language: str = "en") -> dict[str, Any]:
    with translation.override(language):
        return document.of(api)


OPERATIONS = [(address, method, one) for address, method, one in document.operations(made())]


def texts(node: Any, path: str = "") -> list[tuple[str, str]]:
    found = []
    if isinstance(node, dict):
        for name, value in node.items():
            if name in ("description", "summary") and isinstance(value, str):
                found.append((f"{path}/{name}", value))
            else:
                found += texts(value, f"{path}/{name}")
    elif isinstance(node, list):
        for at, value in enumerate(node):
            found += texts(value, f"{path}/{at}")
    return found


def test_it_is_what_it_says() -> None:
    told = Client().get(f"{BASE}/openapi.json", headers={"Accept-Language": "en"})
    assert told.headers["Content-Type"] == "application/json"
    assert told.json() == made()
    assert told.json()["openapi"].startswith("3.1")


def test_operation_names_are_unique() -> None:
    assert [
        name for name, count in Counter(one["operationId"] for _, _, one in OPERATIONS).items() if count > 1
    ] == []


def test_no_two_shapes_share_a_name() -> None:
    shapes: dict[str, set[str]] = {}
    pending = [
        model
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for one in view.operations
        for model in (*one.models, *one.response_models.values())
        if model
    ]
    schemas = [
        model.model_json_schema(mode=mode) for model in pending for mode in ("validation", "serialization")
    ]
    for schema in schemas:
        for name, shape in schema.get("$defs", {}).items():
            shapes.setdefault(name, set()).add(json.dumps(shape.get("description", "")))
    assert {name: found for name, found in shapes.items() if len(found) > 1} == {}


def test_every_schema_is_a_schema() -> None:
    for name, schema in made()["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema), name


@pytest.mark.parametrize(
    ("address", "method", "one"), OPERATIONS, ids=[one["operationId"] for *_, one in OPERATIONS]
)
def test_an_operation_is_told_in_full(address: str, method: str, one: dict[str, Any]) -> None:
    assert one["summary"]
    assert one["description"].startswith(one["summary"])
    assert one["tags"][0] in document.TAGS
    assert bool(one["x-scope"]) == ("security" in one)
    assert {"422", "429"} <= set(one["responses"])
    assert set(re.findall(r"{(\w+)}", address)) == {p["name"] for p in one["parameters"] if p["in"] == "path"}
    if method == "post":
        assert "Idempotency-Key" in {p["name"] for p in one["parameters"]}


def test_lists_are_cut_alike() -> None:
    for _, method, one in OPERATIONS:
        if method == "get" and one["operationId"].startswith(("list", "search")):
            limits = [p["schema"] for p in one["parameters"] if p["name"] == "limit"]
            assert one["operationId"] == "searchFirms" or limits[0]["maximum"] == 200, one["operationId"]


def test_bodies_have_examples() -> None:
    told = json.dumps(made()["components"]["schemas"], ensure_ascii=False)
    for example in ("示例剧", "drama-steward", "2026-02-11T10:00", "step:pass_review"):
        assert example in told


def test_it_is_whole_in_chinese() -> None:
    said = dict(texts(made("zh-hans")))
    missing = [
        (path, text)
        for path, text in said.items()
        if text
        and not re.search("[\u4e00-\u9fff]", text)
        and not re.fullmatch(r"[A-Z][A-Za-z -]*|yuan|fen", text)
    ]
    assert missing == []


def test_every_title_and_word_of_a_problem_is_whole_in_chinese() -> None:
    with translation.override("zh-hans"):
        for words in (*problems.TITLES.values(), *problems.WORDS.values(), *problems.FAULTS.values()):
            assert re.search("[\u4e00-\u9fff]", translation.gettext(words)), words
            facts = sorted(re.findall(r"%\(\w+\)s", words))
            assert sorted(re.findall(r"%\(\w+\)s", translation.gettext(words))) == facts


def test_the_page_shows_every_operation_and_code(world: World) -> None:
    page = read(Client().get(f"{BASE}/docs"))
    for _, _, one in OPERATIONS:
        assert f'id="{one["operationId"]}"' in page
    for code in ("case-moved", "token-refused", "needs-missing", "leave-overlaps"):
        assert f'<code id="{code}">' in page
    assert "<script src" not in page.replace('<script src="/static/', "")
    assert "http://" not in re.sub(r"http://testserver", "", page).replace("http://www.w3.org", "")


def test_the_page_is_small_for_what_it_tells() -> None:
    assert len(Client().get(f"{BASE}/docs").content) < 3_200 * len(OPERATIONS)
