"""Bundles: which matters answers need, what is asked once, what is wrong with a file, the critical path."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lianqiao.bridge.pack_files import read_texts
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.bundles import (
    OPENING,
    bundles_of,
    critical_path,
    data_of,
    expected_end,
    interview,
    needed,
    shared_form,
)
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.check import check_pack
from lianqiao.engine.check_bundles import check_bundles
from lianqiao.engine.pack import read_pack
from lianqiao.engine.schema import bundle_schema

ROOT = Path(__file__).parents[2]
TEXTS = read_texts(ROOT / "districts/ganjiang")
PACK = read_pack(TEXTS)
DRUG, FACTORY = "bundles/launch-drug.toml", "bundles/open-factory.toml"
NOON = datetime(2026, 2, 11, 12, tzinfo=BEIJING)


def test_the_shipped_bundles_may_serve() -> None:
    assert set(bundles_of(PACK)) == {"launch-drug", "open-factory", "shoot-drama"}
    assert check_bundles(PACK) == []


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ({"registered": True, "premises": "rent", "staff_services": False}, ["licence"]),
        ({"registered": False, "premises": "rent", "staff_services": False}, ["register", "licence"]),
        (
            {"registered": False, "premises": "build", "staff_services": True},
            ["register", "permit", "staff", "licence"],
        ),
        # what is not answered is not taken for yes
        ({}, ["licence"]),
    ],
)
def test_answers_say_which_matters_in_which_order(answers: dict[str, object], wanted: list[str]) -> None:
    assert needed(bundles_of(PACK)["open-factory"], answers) == wanted


def test_each_thing_is_asked_once_and_reaches_every_promise_that_asks_for_it() -> None:
    bundle = bundles_of(PACK)["launch-drug"]
    form = shared_form(bundle, PACK, ["guidance", "testing", "rehearsal"])
    assert form.steps[OPENING].needs == tuple(bundle.shared)
    alone = shared_form(bundle, PACK, ["guidance"])
    assert list(alone.fields) == ["product", "kind", "wish", "dossier"]
    assert not alone.fields["product"].optional
    assert alone.fields["dossier"].optional, "no promise requires it"
    typed = {"product": "示例", "kind": "drug", "scope": "sample", "batches": "3", "wish": "示例"}
    assert data_of(bundle.matters["testing"], typed) == {
        "product_name": "示例", "product_kind": "drug", "scope": "sample", "batches": "3"
    }  # fmt: skip
    factory = bundles_of(PACK)["open-factory"]
    assert data_of(factory.matters["licence"], {"project": "示例厂"})["kind"] == "licence"
    # what a promise requires only on a condition is asked for, and judged by the promise itself
    permit = shared_form(factory, PACK, ["permit"])
    assert permit.fields["fire_design"].optional
    assert not permit.fields["fire_design"].required_when
    assert set(interview(factory).fields) == {"registered", "premises", "staff_services"}


@pytest.mark.parametrize(
    ("file", "before", "after", "code", "place"),
    [
        (DRUG, '= "registration-testing"', '= "registration-test"', "unknown-mechanism", "testing"),
        (DRUG, 'of = "early-guidance.wish"', 'of = "early-guidance.wishes"', "unknown-field", "shared.wish"),
        (DRUG, '"early-guidance.wish"', '"early-guidances.wish"', "unknown-mechanism", "shared.wish"),
        (DRUG, 'scope = "scope", batches', 'scope = "scop", batches', "unknown-field", "testing"),
        (DRUG, 'scope = "scope", batches', 'scopes = "scope", batches', "unknown-field", "testing"),
        (DRUG, ', batches = "batches"', "", "bundle-unmapped", "testing"),
        (DRUG, ', batches = "batches"', "", "bundle-unused", "shared"),
        (DRUG, 'batches = "batches"', 'batches = "product"', "bundle-kinds", "testing"),
        (DRUG, 'after = "guidance"', 'after = "guidances"', "unknown-matter", "testing"),
        (DRUG, 'after = "guidance"', 'after = "rehearsal"', "bundle-cycle", "after"),
        (DRUG, "tested == true", "testd == true", "expression-name", "testing"),
        (DRUG, "tested == true", "tested ==", "expression-syntax", "testing"),
        (DRUG, 'tested]\ntype = "boolean"', 'tested]\ntype = "file"', "bundle-question", "tested"),
        (FACTORY, 'kind = "registration"', 'kind = "registrations"', "bundle-fixed", "register"),
        (FACTORY, "premises == 'build'", "premises == 'built'", "expression-choice", "permit"),
        (DRUG, 'id = "launch-drug"', 'id = "drug"', "file-name-differs", DRUG),
        (DRUG, "format = 1", "format = 1\nurgent = true", "key-unknown", "urgent"),
    ],
)  # fmt: skip
def test_a_wrong_bundle_is_told_with_its_place(
    file: str, before: str, after: str, code: str, place: str
) -> None:
    assert before in TEXTS[file]
    pack = read_pack(TEXTS | {file: TEXTS[file].replace(before, after, 1)})
    found = [problem for problem in check_bundles(pack) if problem.code == code]
    assert found, check_bundles(pack)
    assert place in found[0].place
    assert found[0].hint
    assert code in {problem.code for problem in check_pack(pack)}, "the pack as a whole does not serve"


def test_times_follow_one_another_on_the_calendar() -> None:
    calendar = Calendar.known_on(NOON.date())
    # 2026-02-14 is a make-up day, the Spring Festival's days are none
    assert expected_end(["3wd"], NOON, calendar).date().isoformat() == "2026-02-14"
    assert expected_end([], NOON, calendar) == NOON
    assert expected_end(["3wd", "24h"], NOON, calendar) == expected_end(["3wd"], NOON, calendar) + timedelta(
        1
    )


def test_the_critical_path_is_what_the_whole_waits_for() -> None:
    after = {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}
    ends = {name: NOON + timedelta(days) for name, days in (("a", 1), ("b", 3), ("c", 9), ("d", 10))}
    assert critical_path(after, ends) == ["a", "c", "d"]
    assert critical_path(after, {"b": NOON}) == ["b"]
    assert critical_path(after, {}) == []


def test_the_published_schema_is_current() -> None:
    published = json.loads((ROOT / "docs/schema/bundle.schema.json").read_text(encoding="utf-8"))
    assert published == bundle_schema()
