"""Every refusal that can reach a page has words of its own, in Chinese and in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from lianqiao.bridge.refusals import FAULTS, WORDS, refusal_text
from lianqiao.engine.errors import Problem
from lianqiao.engine.needs import WrongValue
from lianqiao.organization.wording import SENTENCES
from lianqiao.portal.api.problems import WORDS as API_WORDS

PACKAGE = Path(__file__).resolve().parents[2] / "lianqiao"
ROOMS = ("engine", "bridge", "organization", "innovation", "service", "portal")
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
# these speak at the command line, to authors of pack files and maps, with file and line
FOR_AUTHORS = re.compile(
    r"engine/(check|licences|file_reading|mining|pack|policy|expression|dated_rules|places|simulation|typed_clock)"
    r"|bridge/pack_files|service/item_import/mapping"
)
# and these to whoever asks the clock for a date there, has the log verified, or sets up sending messages
AT_THE_COMMAND_LINE = {"decision-altered", "unit-unknown", "region-row", "count-differs", "sms-provider"}
# told by the one page they can reach
TOLD_BY_THEIR_PAGE = {"outside-away", "outside-refused"}
BUILDERS = {"refuse", "Problem", "_problem"}


def codes_used() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            where = path.relative_to(PACKAGE).as_posix()
            if not FOR_AUTHORS.search(where):
                yield from ((code, where) for code in codes_in(path))


def codes_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name in BUILDERS and isinstance(first, ast.Constant) and CODE.fullmatch(str(first.value)):
                yield str(first.value)


def test_every_code_has_words() -> None:
    known = set(WORDS) | set(SENTENCES) | set(API_WORDS) | AT_THE_COMMAND_LINE | TOLD_BY_THEIR_PAGE
    assert sorted({(code, where) for code, where in codes_used() if code not in known}) == []


def test_no_words_are_left_over() -> None:
    texts = [path.read_text() for room in (*ROOMS, "site") for path in (PACKAGE / room).rglob("*.py")]
    others = "".join(
        text for text in texts if not re.search(r"WORDS: (Mapping|dict)|REFUSALS: Mapping", text)
    )
    assert [code for code in WORDS if f'"{code}"' not in others] == []


@pytest.mark.parametrize("code", sorted(WORDS))
def test_the_words_are_chinese_and_english(code: str) -> None:
    facts = dict.fromkeys(re.findall(r"%\((\w+)\)s", WORDS[code]), "x")
    problem = Problem(code, "raw reason of the program", facts=facts)
    with translation.override("zh-hans"):
        chinese = refusal_text(problem)
    with translation.override("en"):
        english = refusal_text(problem)
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert english != chinese
    assert "raw reason" not in chinese + english


def test_every_fault_of_a_value_has_words() -> None:
    listed = re.split(r"[,.\s]+", str(WrongValue.__doc__).split("Faults:")[1].strip().rstrip("."))
    # what a product's or a bundle's page refuses besides a value's own faults
    beside = ["not-matter-case", "not-step-case"]
    assert sorted(FAULTS) == sorted([*beside, *(fault for fault in listed if fault)])
    with translation.override("zh-hans"):
        for fault in FAULTS:
            problem = Problem("needs-wrong", "raw", facts={"fault": fault, "limit": "9", "length": "10"})
            assert re.search("[\u4e00-\u9fff]", refusal_text(problem))


def test_a_fact_left_out_or_a_code_nobody_knows_is_no_failure() -> None:
    with translation.override("zh-hans"):
        assert "case-moved" not in refusal_text(Problem("case-moved", "x", facts={"at": "?", "who": ""}))
        assert "file-type" in refusal_text(Problem("file-type", "x"))
        assert "nobody-knows" in refusal_text(Problem("nobody-knows", "x"))


def test_moments_are_told_in_beijing_time() -> None:
    problem = Problem("case-moved", "x", facts={"who": "示例剧管家01", "at": "2026-02-11T02:00:00+00:00"})
    with translation.override("zh-hans"):
        assert refusal_text(problem) == "示例剧管家01 已于 2026-02-11 10:00 先行办理"
