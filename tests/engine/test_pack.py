"""Packs are read from texts: everything wrong in every file at once, in plain words."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from lianqiao.engine.check import check_pack
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.pack import Pack, read_pack

HERE = Path(__file__).parent / "good_packs"
DISTRICT = """
format = 1
id = "zone"
title = { zh-hans = "示例区", en = "Example zone" }
regions = [{ code = "360112", title = { zh-hans = "新建区", en = "Xinjian" } }]
duties.reviewing.title = { zh-hans = "审查", en = "Reviewing" }
duties.leading.title = { zh-hans = "负责", en = "Leading" }
"""


def good(name: str) -> str:
    return (HERE / f"{name}.toml").read_text(encoding="utf-8")


def texts(**changes: str) -> dict[str, str]:
    """A sound pack; keys of `changes` are paths with `__` for `/` and without `.toml`."""
    pack = {
        "district.toml": DISTRICT,
        "mechanisms/promise.toml": good("promise"),
        "mechanisms/inspection.toml": good("inspection"),
        "policies/size.toml": good("size"),
    }
    return pack | {f"{path.replace('__', '/')}.toml": text for path, text in changes.items()}


def problems(pack: dict[str, str]) -> list[Problem]:
    with pytest.raises(Refusal) as refusal:
        read_pack(pack)
    return list(refusal.value.problems)


def shipped() -> Pack:
    folder = Path(__file__).parents[2] / "districts" / "ganjiang"
    return read_pack(
        {
            path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
            for path in folder.rglob("*.toml")
        }
    )


def test_a_sound_pack_is_read_and_checked() -> None:
    pack = read_pack(texts())
    assert set(pack.mechanisms) == {"promise@1", "inspection@1"}
    assert pack.files["promise@1"] == "mechanisms/promise.toml"
    assert pack.district.hours.spans_s[0] == (9 * 3600, 12 * 3600)
    assert check_pack(pack) == []


def test_the_shipped_district_may_serve() -> None:
    pack = shipped()
    assert check_pack(pack) == []
    assert pack.newest("microdrama-filing").clocks["first_review"].budget == "3wd"
    assert {region.code for region in pack.district.regions} == {"360112", "360425", "360482"}
    assert pack.district.hours.periods[-1][1] == time(17, 30)
    assert pack.closures == ()


def test_every_basis_address_is_among_the_sources() -> None:
    pack = shipped()
    addresses = {source.address for source in pack.sources.values()}
    for policy in pack.policies.values():
        assert {version.basis.source for version in policy.versions} <= addresses


def test_old_versions_stay_readable_and_the_newest_serves() -> None:
    second = good("promise").replace("version = 1", "version = 2")
    pack = read_pack(texts() | {"mechanisms/promise@2.toml": second})
    assert pack.mechanism("promise@1").version == 1
    assert pack.newest("promise").version == 2
    assert pack.newest_versions["promise"].key == "promise@2"


def test_an_unknown_promise_is_refused_with_the_known_ones() -> None:
    pack = read_pack(texts())
    for ask, key in ((pack.newest, "promis"), (pack.mechanism, "promise@9")):
        with pytest.raises(Refusal) as refusal:
            ask(key)
        assert refusal.value.code == "unknown-mechanism"
        assert "promise" in refusal.value.problems[0].hint


def test_closures_become_days_of_the_calendar() -> None:
    text = """
    format = 1
    [[closures]]
    day = 2026-07-20
    order = "1号"
    reason = "台风"
    published = 2026-07-19
    """
    [closure] = read_pack(texts(calendar__closures=text)).closures
    assert (closure.day, closure.reason, closure.published) == (date(2026, 7, 20), "台风", date(2026, 7, 19))


def test_other_rooms_find_their_files_in_the_pack() -> None:
    pack = read_pack(texts() | {"organization/people.csv": "name\n张三\n"})
    assert pack.texts["organization/people.csv"].startswith("name")


def test_a_pack_is_equal_only_to_itself() -> None:
    pack = read_pack(texts())
    assert {pack: "kept"}[pack] == "kept"
    assert pack != read_pack(texts())


def test_the_district_file_is_needed() -> None:
    pack = texts()
    del pack["district.toml"]
    [problem] = problems(pack)
    assert (problem.code, problem.place) == ("pack-file-missing", "district.toml")


def test_problems_of_all_files_come_together() -> None:
    spoiled = texts(
        district=DISTRICT.replace('"360112"', '"3601"'),
        mechanisms__promise="format = 1\nid = ?",
        policies__size=good("size").replace('confidence = "high"', 'confidence = "sure"'),
    )
    found = {(problem.code, problem.place) for problem in problems(spoiled)}
    assert found == {
        ("value-malformed", "district.toml › regions no. 1 › code"),
        ("toml-syntax", "mechanisms/promise.toml, line 2, column 6"),
        ("value-unknown", "policies/size.toml › versions no. 1 › confidence"),
    }


@pytest.mark.parametrize(
    ("path", "text", "code", "place"),
    [
        (
            "mechanisms/promises.toml",
            good("inspection"),
            "file-name-differs",
            "mechanisms/promises.toml › id",
        ),
        (
            "mechanisms/promise@3.toml",
            good("promise").replace("version = 1", "version = 2"),
            "file-name-differs",
            "› version",
        ),
        (
            "mechanisms/promise@1.toml",
            good("promise"),
            "version-repeated",
            "mechanisms/promise@1.toml › version",
        ),
        ("mechanisms/old/promise.toml", good("promise"), "file-name-differs", "mechanisms/old/promise.toml"),
        ("mechanism/promise.toml", good("promise"), "pack-folder-unknown", "mechanism/"),
        ("policies/sise.toml", good("size"), "file-name-differs", "policies/sise.toml › id"),
        ("calendar/closures.toml", "format = 2", "value-unknown", "calendar/closures.toml › format"),
        (
            "sources.toml",
            "format = 1\n[sources.a]\ntitle = 'x'",
            "key-missing",
            "sources.toml › sources.a › used_for",
        ),
    ],
)
def test_files_that_are_not_what_they_seem(path: str, text: str, code: str, place: str) -> None:
    found = problems(texts() | {path: text})
    assert code in {problem.code for problem in found}
    assert any(place in problem.place and problem.hint for problem in found if problem.code == code)


def test_a_policy_nobody_uses_is_read_all_the_same() -> None:
    spare = good("size").replace('id = "size"', 'id = "spare"').replace("amount >= 10000", "amount = 10000")
    [problem] = check_pack(read_pack(texts(policies__spare=spare)))
    assert problem.code == "expression-syntax"
    assert problem.place.startswith(
        "policies/spare.toml › versions 2020-01-01 › outcomes.large › when, column 8"
    )


def test_a_closure_outside_the_calendar_is_refused() -> None:
    text = 'format = 1\nclosures = [{ day = 2040-01-02, order = "1号", reason = "台风" }]'
    [problem] = problems(texts(calendar__closures=text))
    assert (problem.code, problem.place) == ("value-refused", "calendar/closures.toml › closures no. 1 › day")


def test_office_hours_that_cannot_be_read_are_refused() -> None:
    [problem] = problems(texts(district='office_hours = "9-5"\n' + DISTRICT))
    assert (problem.code, problem.place) == ("value-refused", "district.toml › office_hours")
    assert "09:00-12:00" in problem.reason


def test_a_duty_the_district_does_not_name_is_found_by_the_check() -> None:
    pack = read_pack(texts(district=DISTRICT.replace("duties.reviewing", "duties.revewing")))
    found = check_pack(pack)
    assert {problem.code for problem in found} == {"unknown-duty"}
    assert "did you mean “revewing”?" in found[0].hint


def test_a_misspelt_key_is_met_with_the_nearest_and_the_known() -> None:
    [problem] = problems(texts(district=DISTRICT + "nota = 1"))
    assert (problem.code, problem.place) == ("key-unknown", "district.toml › nota")
    assert "did you mean “note”?" in problem.hint
    assert "known keys: format, id, title, note, regions, office_hours, duties" in problem.hint


WORDS = """
format = 1
id = "careful"
title = { zh-hans = "示例词表", en = "Example words" }
example = true
words = [{ word = "示例词" }, { word = "example", note = "why" }]
"""
CHECKED = good("promise").replace(
    'formats = ["pdf"]\n', 'formats = ["pdf"]\n[fields.paper.check.text]\nwords = "careful"\n', 1
)


def test_word_lists_are_read_and_asked_for_by_name() -> None:
    pack = read_pack(texts(**{"word-lists__careful": WORDS, "mechanisms__promise": CHECKED}))
    assert [word.word for word in pack.word_lists["careful"].words] == ["示例词", "example"]
    assert check_pack(pack) == []
    lacking = check_pack(read_pack(texts(mechanisms__promise=CHECKED)))
    assert [problem.code for problem in lacking] == ["unknown-word-list"]
    assert "fields.paper.check.text › words" in lacking[0].place
    other = problems(texts(**{"word-lists__other": WORDS}))
    assert [problem.code for problem in other] == ["file-name-differs"]
