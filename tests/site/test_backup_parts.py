"""Parts of a backup by themselves: values of every kind, tables that are carried, a full disk."""

from __future__ import annotations

import errno
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import isolate_apps

from lianqiao.engine.errors import Refusal
from lianqiao.site.backup import archive, rows

VALUES = {
    "number": (models.IntegerField(), [0, -1, 2**31 - 1]),
    "big": (models.BigIntegerField(), [2**63 - 1]),
    "yes": (models.BooleanField(null=True), [True, False, None]),
    "text": (models.TextField(), ["", "示例 😀\n\t\"'\\ \x01", "0" * 10_000]),
    "real": (models.FloatField(), [0.1, -1e300, 1 / 3]),
    "amount": (
        models.DecimalField(max_digits=20, decimal_places=4),
        [Decimal("12345678901234.5678"), Decimal("0.1")],
    ),
    "at": (
        models.DateTimeField(null=True),
        [datetime(2026, 2, 11, 2, 0, 0, 1, tzinfo=UTC), datetime(1999, 1, 1, tzinfo=UTC), None],
    ),
    "day": (models.DateField(), [date(2026, 2, 28), date(1, 1, 1)]),
    "hour": (models.TimeField(), [time(23, 59, 59, 999999)]),
    "span": (models.DurationField(), [timedelta(days=-1, microseconds=1), timedelta(days=4000)]),
    "key": (models.UUIDField(), [UUID(int=5)]),
    "bytes": (models.BinaryField(), [b"\x00\xff", b""]),
    "host": (models.GenericIPAddressField(null=True), ["203.0.113.9", "2001:db8::1"]),
    "facts": (models.JSONField(null=True), [{"名": [1, 2.5, None, "x"]}, [], None]),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", VALUES)
def test_every_kind_of_value_comes_back(name: str) -> None:
    with isolate_apps("lianqiao.bridge"):
        field, values = VALUES[name]
        kind: Any = type(
            f"Held{name.title()}",
            (models.Model,),
            {"__module__": __name__, name: field.clone(), "Meta": type("Meta", (), {"app_label": "bridge"})},
        )
        with connection.schema_editor() as editor:
            editor.create_model(kind)
        try:
            for value in values:
                kind.objects.create(**{name: value})
            before = list(kind.objects.order_by("pk").values_list())
            content = b"".join(piece for _, piece in rows.pieces(connection, kind))
            rows.empty(connection, [kind])
            lines = content.splitlines(keepends=True)
            assert rows.put(connection, kind, rows.column_names(kind), lines) == len(values)
            assert _plain(list(kind.objects.order_by("pk").values_list())) == _plain(before)
            rows.reset_sequences(connection, [kind])
            assert kind.objects.create(**{name: values[0]}).pk == len(values) + 1
        finally:
            with connection.schema_editor() as editor:
                editor.delete_model(kind)


def _plain(found: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in found]


def test_all_tables_but_those_of_the_machine_are_carried() -> None:
    carried = {model._meta.label_lower for model in rows.carried(apps)}
    everything = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    assert everything - carried == {"sessions.session", "organization.session"}


@pytest.mark.django_db
def test_a_row_this_database_cannot_hold_is_named() -> None:
    model = apps.get_model("bridge", "Counter")
    with pytest.raises(Refusal) as refused:
        rows.put(connection, model, ("series", "last"), [json.dumps(["WDJ-2026", None]).encode()])
    assert refused.value.code == "backup-row"
    assert "bridge_counter" in str(refused.value)
    assert "WDJ-2026" in str(refused.value)


@pytest.mark.django_db
def test_a_migrated_database_is_empty() -> None:
    assert rows.tables_with_rows(connection) == []
    apps.get_model("bridge", "Counter").objects.create(series="x")
    assert rows.tables_with_rows(connection) == ["bridge_counter"]


def write(to: Path, error: Exception | None = None) -> None:
    with archive.written(to, now_s=0) as made:
        made.add_bytes("a", b"x" * 1000)
        if error:
            raise error


@pytest.mark.parametrize("name", ["zone.tar.zst", "zone.tar.gz"])
@pytest.mark.parametrize("while_writing", [True, False])
def test_a_full_disk_leaves_nothing(tmp_path: Path, name: str, while_writing: bool) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    with (
        mock.patch("lianqiao.site.backup.archive.os.fsync", side_effect=full),
        pytest.raises(Refusal) as refused,
    ):
        write(tmp_path / name, full if while_writing else None)
    assert refused.value.code == "disk-full"
    assert list(tmp_path.iterdir()) == []


def test_any_other_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write(tmp_path / "zone.tar.gz", KeyError())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["zone.tar.zst", "zone.tar.gz"])
def test_what_is_written_can_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"y" * 3_000_000)
    with archive.written(tmp_path / name, now_s=0) as made:
        first = made.add_bytes("a", b"x")
        second, size = made.add_file("b/c", tmp_path / "file")
    assert (len(first), len(second), size) == (64, 64, 3_000_000)
    with archive.opened(tmp_path / name) as members:
        assert [(member, len(content.read())) for member, content in members] == [
            ("a", 1),
            ("b/c", 3_000_000),
        ]
