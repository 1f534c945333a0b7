"""Every verb of the parser where there is no zone, or no database: one line that says what to do."""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lianqiao.command_line.main import command_parser
from tests.command_line.homes import Home

# verbs that make the zone, bring it back, or never ask for one; every other verb must say that it needs one
MAKE_ONE = {"load", "serve", "demo --yes"}
NEED_NONE = {
    "clock", "check", "restore", "health", "policy check", "policy match", "policy explain", "policy import",
    "licence verify", "licence check", "export bpmn", "simulate",
}  # fmt: skip
# the same verbs asked so that they read what a zone holds, and what a generated line cannot know
FURTHER = (
    "check --published",
    "export bpmn microdrama-filing --published",
    "simulate microdrama-filing --staff 3 --learn database",
    "simulate microdrama-filing --staff 3 --learn filings-2025",
    "report late --log filings-2025",
    "log export --to out",
    "export ocel --to out",
    "import items FILE --map five-columns --problems out",
    "import log FILE",
)
TOLD = {
    "licence import": "FILE",
    "import items": "FILE --map five-columns",
    "import log": "FILE",
    "backup": "out",
}
ASK = """
import contextlib, io, json, sys, traceback
from lianqiao.command_line.main import main
answers = []
for arguments in json.load(sys.stdin):
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            status = main(arguments)
        except BaseException:
            status = traceback.format_exc()
    answers.append((status, said.getvalue()))
print(json.dumps(answers))
"""


def every_verb(parser: argparse.ArgumentParser, so_far: str = "") -> Iterator[str]:
    """Yield a line for each verb that can be run, with a word wherever it asks for one."""
    below = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    for action in below:
        for name, child in action.choices.items():
            yield from every_verb(child, f"{so_far} {name}".strip())
    if not below:
        yield f"{so_far} {TOLD[so_far]}" if so_far in TOLD else " ".join([so_far, *_asked_for(parser)])


def _asked_for(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if action.required:
            word = "1" if action.type is int else "read"
            yield f"{action.option_strings[0]} {word}" if action.option_strings else word


def ask(home: Home, lines: list[str]) -> dict[str, tuple[int | str, str]]:
    """Run every line in one process; a status that is text is a traceback."""
    file = home.folder.parent / "rows.csv"
    file.write_text("编号,环节,时间\n", encoding="utf-8")
    told = [[str(file) if word == "FILE" else word for word in line.split()] for line in lines]
    done = subprocess.run(
        [sys.executable, "-c", ASK], input=json.dumps(told), cwd=home.folder.parent, text=True,
        env={**home.environment, "LIANQIAO_TOKEN": "x"}, capture_output=True, check=True,
    )  # fmt: skip
    answers: list[Any] = json.loads(done.stdout)
    return dict(zip(lines, map(tuple, answers), strict=True))


def verbs_of_a_zone() -> list[str]:
    lines = [*every_verb(command_parser()), *FURTHER]
    free = {*NEED_NONE, *(verb.split()[0] for verb in MAKE_ONE)}
    return [line for line in lines if line in FURTHER or not _is_one_of(line, free)]


def _is_one_of(line: str, verbs: set[str]) -> bool:
    return any(line == verb or line.startswith(f"{verb} ") for verb in verbs)


def test_the_lists_name_verbs_there_are() -> None:
    lines = set(every_verb(command_parser()))
    for verb in {*NEED_NONE, *TOLD, *(one.split()[0] for one in MAKE_ONE)}:
        assert any(_is_one_of(line, {verb}) for line in lines), verb
    assert {"tick", "jobs", "log verify", "token list read", "backup out"} <= set(verbs_of_a_zone())


def test_no_zone_yet(tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    for line, (status, said) in ask(home, verbs_of_a_zone()).items():
        assert status == 2, (line, status, said)
        assert "there is no zone here yet" in said, (line, said)
        assert "lianqiao load" in said, line
        assert said.count("\n") == 1, (line, said)
    # nothing was made: no database, no key, no file that was to be written
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def test_an_empty_database_is_no_zone(tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    home.folder.mkdir()
    (home.folder / "lianqiao.sqlite3").touch()
    for status, said in ask(home, ["tick", "log verify", "backup out.tar.gz"]).values():
        assert (status, said.count("\n")) == (2, 1)
        assert "there is no zone here yet" in said
        assert "0001_initial" not in said
    assert not (tmp_path / "out.tar.gz").exists()


def test_a_database_that_cannot_be_reached(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    home = Home(tmp_path / "var", "postgres://someone:hush-hush@127.0.0.1:1/zone")
    for line, (status, said) in ask(home, [*verbs_of_a_zone(), *sorted(MAKE_ONE)]).items():
        assert status == 2, (line, status, said)
        assert "the database cannot be reached or read, postgresql 127.0.0.1:1/zone" in said, (line, said)
        assert (said.count("\n"), "hush" in said) == (1, False), (line, said)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    home.folder.mkdir()
    (home.folder / "lianqiao.sqlite3").write_text("no database at all " * 100)
    said = home.run("log", "verify", status=2)
    assert re.fullmatch(
        r"lianqiao log: the database cannot be reached or read, .*file is not a database.*\n", said
    )


def test_an_address_that_cannot_be_read_is_not_repeated(tmp_path: Path) -> None:
    said = Home(tmp_path / "var", "postgres://someone:hush/hush@127.0.0.1/zone").run("tick", status=2)
    assert "DATABASE_URL cannot be read" in said
    assert "hush" not in said


def test_a_table_lost_says_so_in_a_line(tmp_path: Path) -> None:
    home = Home(tmp_path / "var").make(1)
    with closing(sqlite3.connect(home.folder / "lianqiao.sqlite3")) as database:
        database.execute("ALTER TABLE bridge_case RENAME TO elsewhere")
    said = home.run("log", "verify", status=2)
    assert (said.count("\n"), "no such table" in said) == (1, True)


def test_a_new_zone_is_made_without_a_complaint(tmp_path: Path) -> None:
    said = Home(tmp_path / "var").run("load")
    assert said.endswith("database up to date\n")
    assert said.count("\n") == 1
