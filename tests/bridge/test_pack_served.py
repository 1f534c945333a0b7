"""A pack is changed under a running server: a good change is taken up, a bad one is not and is told of."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lianqiao.bridge import packs
from lianqiao.bridge.models import Case
from lianqiao.bridge.pack_files import load_pack
from lianqiao.engine.errors import Refusal
from tests.bridge.laws import assert_lawful
from tests.bridge.town import Town

pytestmark = pytest.mark.django_db


def spoil(zone: Path) -> Path:
    """Add a promise that cannot be kept: its clock is never stopped, and a state leads nowhere."""
    file = zone / "mechanisms" / "spoiled.toml"
    text = (zone / "mechanisms" / "simple.toml").read_text()
    file.write_text(
        text.replace('id = "simple"', 'id = "spoiled"').replace('to = "passed"', 'to = "nowhere"')
    )
    return file


def test_a_broken_file_leaves_the_last_good_pack_in_service(
    town: Town, testing_zone: Path, caplog: pytest.LogCaptureFixture
) -> None:
    case = town.open("simple", name="示例")
    good = packs.current()
    file = spoil(testing_zone)
    with pytest.raises(Refusal, match="nowhere"):
        load_pack(testing_zone)
    with caplog.at_level(logging.ERROR):
        assert packs.current() is good
    assert "spoiled.toml" in caplog.text
    assert "nowhere" in caplog.text
    town.step(case, "pass", town.a)
    town.open("simple", name="又一件")
    town.at("2026-02-25 18:00").tick()
    assert "spoiled" not in packs.current().newest_versions
    assert_lawful()
    file.write_text(file.read_text().replace("nowhere", "passed"))
    assert "spoiled" in packs.current().newest_versions
    assert town.open("spoiled", name="修好了").mechanism == "spoiled"
    assert Case.objects.count() == 3


@pytest.mark.parametrize("broken", ["[", "\xff", "", "id = 7"])
def test_no_text_breaks_a_running_server(town: Town, testing_zone: Path, broken: str) -> None:
    packs.current()
    (testing_zone / "mechanisms" / "simple.toml").write_bytes(broken.encode("latin-1"))
    town.open("simple", name="示例")
    (testing_zone / "district.toml").unlink()
    town.open("simple", name="又一件")
    assert Case.objects.count() == 2


def test_a_server_does_not_start_on_a_broken_pack(
    settings: Any, testing_zone: Path, tmp_path: Path, db: None
) -> None:
    spoil(testing_zone)
    elsewhere = tmp_path / "elsewhere"
    testing_zone.rename(elsewhere)
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, district=elsewhere)
    with pytest.raises(Refusal, match="nowhere"):
        packs.current()


def test_the_folder_is_not_looked_at_for_every_act(town: Town, testing_zone: Path, settings: Any) -> None:
    settings.PACK_LOOK_EVERY_S = 3600
    packs._last.clear()
    before = packs.current()
    (testing_zone / "mechanisms" / "gathered.toml").unlink()
    assert packs.current() is before
    settings.PACK_LOOK_EVERY_S = 0
    packs._last.clear()
    assert "gathered" not in packs.current().newest_versions
