"""What import contracts cannot see of the rooms: arrows drawn in text, clocks read in passing, signals."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

PACKAGE = Path(__file__).resolve().parents[2] / "lianqiao"
# from the top floor down; rooms on one floor do not know each other
FLOORS = (
    {"command_line"}, {"site"}, {"portal"}, {"service"}, {"industry", "innovation"}, {"bridge"},
    {"organization"}, {"labs"}, {"engine"},
)  # fmt: skip
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
SOURCES = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
# the only places that ask what time it is: everything else is handed the time
CLOCKS = {
    "site/wall_clock.py",
    "organization/sessions.py",  # Django asks for a session without saying when
    "portal/context.py",  # the layout of a page refused before the request was given its time
    "portal/words.py",  # whether a day needs its year, where no page says today
}


def sources_of(room: str) -> list[Path]:
    return [path for path in SOURCES if path.relative_to(PACKAGE).parts[0] == room]


def may_reach(room: str, other: str) -> bool:
    return room == other or FLOOR[other] > FLOOR[room]


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def test_every_room_has_its_floor() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert rooms == set(FLOOR)


def test_tables_point_down() -> None:
    """Foreign keys are given as text, so no contract sees where they lead."""
    upward = []
    for model in apps.get_models():
        room = model._meta.app_label
        for field in model._meta.get_fields(include_hidden=False):
            other = (
                field.related_model._meta.app_label
                if field.is_relation and field.concrete and field.related_model
                else room
            )
            if room in FLOOR and other in FLOOR and not may_reach(room, other):
                upward.append(f"{room}.{model.__name__}.{field.name} → {other}")
    assert upward == []


def test_migrations_wait_for_rooms_below_only() -> None:
    upward = [
        f"{room}.{migration.name} → {other}"
        for (room, _), migration in MigrationLoader(None).disk_migrations.items()
        for other, _ in [*migration.dependencies, *migration.run_before]
        if room in FLOOR and other in FLOOR and not may_reach(room, other)
    ]
    assert upward == []


def upward(room: str, text: str) -> list[str]:
    """Return the modules a text of a room names that lie above it."""
    named = re.finditer(r"\blianqiao\.(\w+)\.", text)
    return [found[1] for found in named if found[1] in FLOOR and not may_reach(room, found[1])]


@pytest.mark.parametrize("room", sorted(FLOOR))
def test_no_text_names_a_room_above(room: str) -> None:
    """A module named in a string, as in a setting or `import_module`, is an arrow all the same."""
    texts = {path: path.read_text() for path in sources_of(room)}
    # to understand a file takes long, and few name what is above them at all, in a docstring or elsewhere
    suspect = [path for path, text in texts.items() if upward(room, text)]
    assert {path: said for path in suspect if (said := said_in(texts[path], room))} == {}


def said_in(source: str, room: str) -> list[str]:
    """Return the strings in a source, but for docstrings, that name a room above."""
    tree = ast.parse(source)
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents
        if upward(room, node.value)
    ]


@pytest.mark.parametrize("room", sorted(FLOOR))
def test_time_is_an_argument(room: str) -> None:
    """What reads the server's clock itself can be neither tested at a date nor replayed."""
    asks = re.compile(r"\b(now|today|utcnow|time|localdate|localtime)\(")
    read = [
        f"{path}:{call.lineno} {ast.unparse(call.func)}()"
        for path in sources_of(room)
        if path.relative_to(PACKAGE).as_posix() not in CLOCKS and asks.search(path.read_text())
        for call in calls(path)
        if re.fullmatch(
            r"(.*\.)?(datetime|date|timezone)\.(now|today|utcnow)|time\.time", ast.unparse(call.func)
        )
        or (
            re.fullmatch(r"(.*\.)?(localdate|localtime|now)", ast.unparse(call.func))
            and not call.args
            and not call.keywords
        )
    ]
    assert read == []


def test_there_are_no_signals() -> None:
    """What happens on saving should stand where it is saved."""
    words = re.compile(
        r"django\.(dispatch|db\.models\.signals)|\b(pre|post)_(save|delete|init)\b|@receiver\b"
    )
    assert [str(path.relative_to(PACKAGE)) for path in SOURCES if words.search(path.read_text())] == []


def test_only_the_book_writes_the_log() -> None:
    """One door: an entry is written by the transaction that decided it, and by nothing else."""
    writers = {
        str(path.relative_to(PACKAGE))
        for path in SOURCES
        if re.search(r"\bENTRIES\b|\bEntry\b", path.read_text())
        for call in calls(path)
        if re.fullmatch(
            r"(\w+\.)?ENTRIES\.writ(e|ing|ing_all)|Entry\.objects\..*(create|update|delete|bulk_\w+)|Entry",
            ast.unparse(call.func),
        )
    }
    assert writers == {"bridge/commands/book.py"}
