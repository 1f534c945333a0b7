"""Two releases on one database: the last one's code goes on reading and writing what the new one migrated.

The last release is known by its migrations (`released.json`, written by `make snapshot`), and its code by the
tables as they were then: whatever that code selects, inserts or updates must still be taken.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from lianqiao.bridge import commands, packs
from lianqiao.bridge.models import NoticePreference
from lianqiao.service.commands import drafts
from lianqiao.service.models import Draft
from tests.world import FILING, NOW, World, world

__all__ = ["world"]

RELEASED = Path(__file__).parent / "released.json"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def then() -> Any:
    """The models as the last release had them."""
    known = MigrationLoader(None)
    leaves = [(app, name) for app, name in json.loads(RELEASED.read_text()).items()]
    assert {app for app, _name in leaves} <= {config.label for config in apps.get_app_configs()}
    return known.project_state(leaves).apps


def models(then: Any) -> list[Any]:
    return [model for model in then.get_models() if model._meta.app_label in json.loads(RELEASED.read_text())]


def columns(table: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        return {one.name: one for one in connection.introspection.get_table_description(cursor, table)}


def test_every_new_column_fills_itself_and_none_was_taken_away(then: Any) -> None:
    there = set(connection.introspection.table_names())
    wrong = []
    for model in models(then):
        table = model._meta.db_table
        if table not in there:
            wrong.append(f"{table} is gone")
            continue
        kept = {field.column for field in model._meta.local_concrete_fields}
        now = columns(table)
        wrong += [f"{table}.{name} is gone" for name in kept - set(now)]
        wrong += [
            f"{table}.{name}: neither null nor a default of the database, so the last release cannot insert"
            for name, one in now.items()
            if name not in kept and not one.null_ok and one.default is None and not _identity(table, name)
        ]
    assert wrong == []


def test_columns_hold_what_the_last_release_writes(then: Any) -> None:
    wrong = []
    for model in models(then):
        name = model._meta.label_lower
        new = apps.get_model(name)
        for field in model._meta.local_concrete_fields:
            same = {one.column: one for one in new._meta.local_concrete_fields}.get(field.column)
            if same is None:
                wrong.append(f"{name}.{field.column} is no longer written by this release")
            elif field.db_type(connection) != same.db_type(connection) and not _wider(field, same):
                wrong.append(
                    f"{name}.{field.column}: {field.db_type(connection)} → {same.db_type(connection)}"
                )
            elif field.null and not same.null:
                wrong.append(f"{name}.{field.column} no longer takes null")
    assert wrong == []


def test_rows_of_either_release_are_read_and_written_by_the_other(then: Any, world: World) -> None:
    case = world.file()
    commands.prefer(world.agent, commands.Preference({}, phone="13812345678"), now=NOW)
    promise = packs.current().newest(FILING)
    form = drafts.Form(promise, promise.opening_step, world.firm, brought={"channel": "hotline"})
    new = drafts.save_draft(form, typed={"drama_title": "示例"}, files={}, by=world.agent, now=NOW)
    for model in models(then):
        for row in model.objects.all()[:3]:
            row.save()
    case.refresh_from_db()
    # what the old one does not know stays as it was
    assert Draft.objects.get(pk=new.pk).brought == {"channel": "hotline"}
    assert NoticePreference.objects.get().phone_confirmed_at is None
    # and what it makes is taken: the columns it does not name fill themselves
    written = {
        "service.Draft": {"person_id": world.agent.pk, "mechanism": FILING, "step": promise.opening_step,
                          "made_at": NOW, "saved_at": NOW, "expires_at": NOW},
        "bridge.NoticePreference": {"person_id": world.stranger.pk, "changed_at": NOW},
    }  # fmt: skip
    for label, values in written.items():
        with transaction.atomic():
            then.get_model(label).objects.create(**values)
    assert NoticePreference.objects.get(pk=world.stranger.pk).phone_codes == 0
    assert Draft.objects.latest("pk").brought is None


def _identity(table: str, name: str) -> bool:
    with connection.cursor() as cursor:
        found = connection.introspection.get_sequences(cursor, table)
    return any(one["column"] == name for one in found)


def _wider(old: Any, new: Any) -> bool:
    """Return whether all the old column took still fits: a longer text, a larger number."""
    longer = (new.max_length or 10**9) >= (old.max_length or 0)
    numbers = ("SmallIntegerField", "IntegerField", "BigIntegerField")
    kinds = [field.get_internal_type().removeprefix("Positive") for field in (old, new)]
    if all(kind in numbers for kind in kinds):
        return numbers.index(kinds[0]) <= numbers.index(kinds[1])
    return kinds[0] == kinds[1] and longer
