"""Every refusal of the room can be said in the reader's language."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.utils import translation

from lianqiao.engine.errors import Problem
from lianqiao.organization.wording import SENTENCES, said, sentence

ROOT = Path(__file__).resolve().parents[2] / "lianqiao"
SOURCES = [
    *(ROOT / "organization" / "commands").glob("*.py"),
    ROOT / "organization" / "queries" / "revocable.py",
    *(ROOT / "organization" / "api").glob("*.py"),
    ROOT / "engine" / "identifiers.py",
]
IMPORT_ROWS = {"region-row"}  # reported by place in a file, in the file's own terms


def codes_in(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if named and node.func.id in {"refuse", "Problem"} and isinstance(node.args[0], ast.Constant):
            found.add(node.args[0].value)
    return found


def test_every_code_has_words_and_no_words_are_left_over() -> None:
    codes = set().union(*(codes_in(path) for path in SOURCES))
    codes |= {"credit-code-character"} & set(SENTENCES)
    # said for the subject of duty, whose words are of this room
    codes |= {"nothing-held", "span-too-long", "rota-row"}
    assert codes - IMPORT_ROWS == set(SENTENCES)


def test_every_sentence_has_its_chinese() -> None:
    with translation.override("zh-hans"):
        for reason, hint in SENTENCES.values():
            for words in (reason, hint):
                if words != "%(what)s":
                    assert re.search("[\u4e00-\u9fff]", translation.gettext(words)), words


def test_the_chinese_uses_the_same_facts() -> None:
    with translation.override("zh-hans"):
        for pair in SENTENCES.values():
            for words in pair:
                facts = re.findall(r"%\(\w+\)s", words)
                assert sorted(re.findall(r"%\(\w+\)s", translation.gettext(words))) == sorted(facts)


def test_a_code_without_words_says_what_the_program_said() -> None:
    problem = Problem("new-code", "it cannot be", hint="wait")
    assert said(problem) == ("it cannot be", "wait")
    with translation.override("en"):
        assert sentence(problem) == "it cannot be wait"
    with translation.override("zh-hans"):
        assert sentence(Problem("stand-in-self", "…")) == "本人不能为自己顶岗。请选择同事，或不指定。"
