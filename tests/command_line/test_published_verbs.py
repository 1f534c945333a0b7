"""What the studio published, on the command line: checked, exported, carried by a backup."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from lianqiao.bridge import commands, packs
from lianqiao.bridge.models import Publication
from lianqiao.command_line.main import main
from tests.command_line.homes import ROOT, Home
from tests.world import FILING, NOW, World

Captured = pytest.CaptureFixture[str]
PUBLISH = """
from lianqiao.command_line import django_site
django_site.start()
from lianqiao.bridge import commands, packs
from lianqiao.organization.models import Person
from tests.world import FILING, NOW
text = packs.current().texts[f"mechanisms/{FILING}.toml"].replace("version = 1", "version = 2", 1)
by, writer = Person.objects.get(username="leader-01"), Person.objects.get(username="steward-01")
commands.publish(text, written_by=writer, by=by, note="示例", now=NOW)
"""


def second(**changes: str) -> str:
    text = packs.current().texts[f"mechanisms/{FILING}.toml"].replace("version = 1", "version = 2", 1)
    for old, new in changes.items():
        text = text.replace(old, new, 1)
    return text


@pytest.mark.django_db
def test_a_published_version_is_checked_and_exported_word_for_word(
    publishing: None, world: World, capsys: Captured, tmp_path: Path
) -> None:
    text = second(**{'budget = "3wd"': 'budget = "2wd"'})
    given = {"written_by": world.steward_a, "by": world.leader, "note": "示例", "now": NOW}
    made = commands.publish(text, **given)  # type: ignore[arg-type]
    later = text.replace("version = 2", "version = 3", 1)
    commands.publish(later, **given, effective_at=NOW + timedelta(days=9))  # type: ignore[arg-type]
    file = tmp_path / f"{FILING}@2.toml"
    assert main(["export", "promise", FILING, "--to", str(file)]) == 0
    assert file.read_text(encoding="utf-8") == text == made.text
    # what comes out passes the check of a file by itself
    assert main(["check", str(file)]) in (0, 1)
    capsys.readouterr()
    assert main(["export", "bpmn", f"{FILING}@2", "--published"]) == 0
    assert "2个工作日" in capsys.readouterr().out
    assert main(["export", "bpmn", f"{FILING}@2"]) == 2, "the pack's files do not have it"
    capsys.readouterr()
    assert main(["check", "--published", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert f"{FILING}@2" in said
    assert f"{FILING}@3" in said, "what waits for its day is checked too"
    Publication.objects.filter(version=2).update(text=text + "\n# x")
    assert main(["check", "--published"]) == 1
    assert "publication-altered" in capsys.readouterr().err
    assert main(["export", "promise", FILING]) == 2


@pytest.mark.once
def test_a_backup_carries_what_was_published(tmp_path: Path) -> None:
    home = Home(tmp_path / "var").make()
    subprocess.run([sys.executable, "-c", PUBLISH], cwd=ROOT, env=home.environment, check=True)
    kept = tmp_path / "kept.tar.gz"
    home.run("backup", str(kept), status=None)
    again = Home(tmp_path / "again")
    again.run("restore", str(kept), status=None)
    assert f"{FILING}@2" in again.run("check", "--published")
    assert "version = 2" in again.run("export", "promise", FILING)
