"""`lianqiao backup` and `restore`: there and back on either database, and what can go wrong between."""

from __future__ import annotations

import gzip
import io
import json
import signal
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.command_line.homes import POSTGRES, Home, postgres_database

WITH_POSTGRES = pytest.mark.skipif(not POSTGRES, reason="TEST_POSTGRES_URL is not set")
KINDS = ["sqlite", pytest.param("postgres", marks=WITH_POSTGRES)]
NewHome = Callable[[str], Home]


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewHome]:
    """Make empty homes on SQLite or PostgreSQL; databases are dropped at the end."""
    with ExitStack() as stack:

        def made(kind: str) -> Home:
            url = stack.enter_context(postgres_database()) if kind == "postgres" else ""
            return Home(tmp_path_factory.mktemp("home") / "var", url)

        yield made


@pytest.fixture(scope="module")
def zones(new_home: NewHome) -> Callable[[str], Home]:
    """Zones with cases, one a kind, that no test changes."""
    made: dict[str, Home] = {}

    def zone(kind: str) -> Home:
        if kind not in made:
            made[kind] = new_home(kind).make()
        return made[kind]

    return zone


@pytest.fixture(scope="module")
def kept(zones: Callable[[str], Home], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the zone on SQLite."""
    to = tmp_path_factory.mktemp("backups") / "kept.tar.gz"
    zones("sqlite").run("backup", str(to))
    return to


def manifest(path: Path) -> dict[str, object]:
    with tarfile.open(path) as tar:
        file = tar.extractfile("manifest.json")
        assert file is not None
        found: dict[str, object] = json.load(file)
        return found


def altered(path: Path, to: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write the members of a backup anew after `change` had them."""
    with tarfile.open(path) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    change(members)
    with gzip.open(to, "wb") as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return to


@pytest.mark.parametrize("into", KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back(
    zones: Callable[[str], Home],
    new_home: NewHome,
    kind: str,
    into: str,
    tmp_path: Path,
) -> None:
    zone, to, home = zones(kind), tmp_path / "zone.tar.zst", new_home(into)
    said = zone.answer("backup", str(to))
    assert said["attachments"] == len(zone.attachments()) > 0
    assert to.stat().st_mode & 0o777 == 0o600
    restored = home.answer("restore", str(to))
    assert (restored["intact"], restored["cases"]) == (True, 5)
    assert home.log() == zone.first_log
    assert home.attachments() == zone.attachments()
    assert all(path.endswith(sha256) for path, sha256 in home.attachments().items())
    # a restored zone goes on: keys and numbers follow the last
    assert home.file_cases() == "WDJ-2026-000006"


def test_names_and_manifest(kept: Path, zones: Callable[[str], Home]) -> None:
    with tarfile.open(kept) as tar:
        names = tar.getnames()
    assert (names[0], names[-1]) == ("lianqiao-backup.json", "manifest.json")
    assert "district/district.toml" in names
    assert "secret_key" not in names
    assert not any("session" in name for name in names)
    facts = manifest(kept)
    assert facts["district"] == "ganjiang"
    assert facts["log"]["cases"] == 5  # type: ignore[index]
    assert "whole" in zones("sqlite").run("restore", "--check", str(kept))


def test_while_others_write(new_home: NewHome, tmp_path: Path) -> None:
    zone, home, to = new_home("sqlite").make(5), new_home("sqlite"), tmp_path / "zone.tar.zst"
    writer = threading.Thread(target=zone.file_cases, args=(400,))
    writer.start()
    time.sleep(1.5)
    cases = []
    while writer.is_alive():
        to.unlink(missing_ok=True)
        cases.append(zone.answer("backup", str(to))["log"]["cases"])
    writer.join()
    assert any(5 < count < 405 for count in cases), "no backup fell into the time of writing"
    assert home.answer("restore", str(to))["cases"] == cases[-1]


@pytest.mark.parametrize("into", KINDS)
def test_a_zone_is_not_overwritten_by_mistake(kept: Path, new_home: NewHome, into: str) -> None:
    home = new_home(into).make(2)
    assert "bridge_case" in home.run("restore", str(kept), status=2)
    assert home.verified()["cases"] == 2
    assert home.answer("restore", "--replace", str(kept).splitlines()[0])["cases"] == 5


def test_a_loaded_home_without_data_is_empty(kept: Path, new_home: NewHome) -> None:
    home = new_home("sqlite")
    home.run("load")
    home.run("restore", str(kept))


def cut(members: dict[str, bytes]) -> None:
    del members["manifest.json"]


def row_changed(members: dict[str, bytes]) -> None:
    members["tables/bridge.entry/000001.jsonl"] += b"\n"


def row_gone(members: dict[str, bytes]) -> None:
    del members["tables/organization.person/000001.jsonl"]


def attachment_changed(members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.startswith("attachments/"))
    members[name] = members[name][:-1] + b"?"


def attachment_gone(members: dict[str, bytes]) -> None:
    del members[next(name for name in members if name.startswith("attachments/"))]


def outside(members: dict[str, bytes]) -> None:
    members["attachments/../../../escaped"] = members.pop("manifest.json")


def of_tomorrow(members: dict[str, bytes]) -> None:
    facts = json.loads(members["manifest.json"])
    facts["migrations"]["bridge"].append("9999_of_tomorrow")
    members["manifest.json"] = json.dumps(facts).encode()


def form_of_tomorrow(members: dict[str, bytes]) -> None:
    members["lianqiao-backup.json"] = b'{"format": "lianqiao-backup", "version": 99}'


def something_else(members: dict[str, bytes]) -> None:
    members["lianqiao-backup.json"] = b"[]"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (cut, "damaged"),
        (row_changed, "tables/bridge.entry/000001.jsonl"),
        (row_gone, "tables/organization.person/000001.jsonl"),
        (attachment_changed, "damaged"),
        (attachment_gone, "damaged"),
        (outside, "does not belong"),
        (of_tomorrow, "bridge.9999_of_tomorrow"),
        (form_of_tomorrow, "newer"),
        (something_else, "no backup"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_not_whole_changes_nothing(
    change: Callable[[dict[str, bytes]], None],
    says: str,
    kept: Path,
    zones: Callable[[str], Home],
    tmp_path: Path,
) -> None:
    zone = zones("sqlite")
    before = (zone.rows(), zone.attachments())
    bad = altered(kept, tmp_path / "bad.tar.gz", change)
    said = zone.run("restore", "--replace", str(bad), status=2)
    assert says in said
    assert "Traceback" not in said
    assert (zone.rows(), zone.attachments()) == before
    assert list(zone.folder.glob("restoring-*")) == []
    assert not (zone.folder.parent / "escaped").exists()


@pytest.mark.parametrize(
    "content", [b"", b"not a tar", gzip.compress(b"not a tar")], ids=["empty", "text", "packed"]
)
@pytest.mark.parametrize("name", ["x.tar.gz", "x.tar.zst"])
def test_another_file(content: bytes, name: str, new_home: NewHome, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    said = new_home("sqlite").run("restore", "--check", str(tmp_path / name), status=2)
    assert "Traceback" not in said


def test_cut_short_at_any_place(kept: Path, new_home: NewHome, tmp_path: Path) -> None:
    whole, home = kept.read_bytes(), new_home("sqlite")
    for share in (0.2, 0.6, 0.95, 0.999):
        (tmp_path / "cut.tar.gz").write_bytes(whole[: int(len(whole) * share)])
        assert "damaged" in home.run("restore", str(tmp_path / "cut.tar.gz"), status=2)


def test_a_backup_of_an_older_schema_is_brought_up_to_date(
    kept: Path, new_home: NewHome, tmp_path: Path
) -> None:
    def before_the_index(members: dict[str, bytes]) -> None:
        facts = json.loads(members["manifest.json"])
        facts["migrations"]["service"].remove("0002_item_search_index")
        members["manifest.json"] = json.dumps(facts).encode()

    assert manifest(kept)["migrations"]["service"][1] == "0002_item_search_index"  # type: ignore[index]
    home = new_home("sqlite")
    home.run("restore", str(altered(kept, tmp_path / "older.tar.gz", before_the_index)))
    home.verified()
    home.run("tick", "--as-of", "2026-02-13T10:00")


@pytest.mark.parametrize("into", KINDS)
def test_killed_on_the_way(kept: Path, new_home: NewHome, into: str) -> None:
    """Whenever it is killed, the zone is the old one or the new one, whole."""
    home = new_home(into).make(2)
    start = time.monotonic()
    home.run("restore", "--replace", str(kept))
    took = time.monotonic() - start
    seen = set()
    for share in (0.6, 0.8, 0.95):
        process = home.start("restore", "--replace", str(kept))
        time.sleep(took * share)
        process.kill()
        process.communicate()
        seen.add(home.verified()["cases"])
    assert seen <= {2, 5}
    assert home.answer("restore", "--replace", str(kept).splitlines()[0])["cases"] == 5
    assert list(home.folder.glob("restoring-*")) == []


def test_stopped_politely_leaves_no_half_file(zones: Callable[[str], Home], tmp_path: Path) -> None:
    process = zones("sqlite").start("backup", str(tmp_path / "zone.tar.gz"))
    time.sleep(1.2)
    process.send_signal(signal.SIGTERM)
    process.communicate()
    left = [path.name for path in tmp_path.iterdir()]
    assert left in ([], ["zone.tar.gz"])


def test_a_backup_is_never_overwritten(kept: Path, zones: Callable[[str], Home], tmp_path: Path) -> None:
    zone = zones("sqlite")
    before = kept.read_bytes()
    assert "is there already" in zone.run("backup", str(kept), status=2)
    assert kept.read_bytes() == before
    assert "tar.zst" in zone.run("backup", str(tmp_path / "zone.zip"), status=2)
    assert "folder" in zone.run("backup", str(tmp_path / "no" / "folder.tar.gz"), status=2)


def test_attachments_missing_or_damaged_are_told_and_given_back(new_home: NewHome, tmp_path: Path) -> None:
    zone, home, to = new_home("sqlite").make(2), new_home("sqlite"), tmp_path / "zone.tar.gz"
    gone, hurt = sorted(zone.attachments())[:2]
    (zone.folder / "attachments" / gone).unlink()
    (zone.folder / "attachments" / hurt).write_bytes(b"?")
    said = zone.run("backup", str(to), status=1)
    assert f"{Path(gone).name} is missing" in said
    assert f"{Path(hurt).name} is damaged" in said
    assert "missing or damaged" in home.run("restore", str(to), status=1)
    assert home.attachments() == zone.attachments()
    home.verified()


def test_the_secret_travels_only_when_asked(
    zones: Callable[[str], Home], new_home: NewHome, tmp_path: Path
) -> None:
    zone, to = zones("sqlite"), tmp_path / "secret.tar.gz"
    zone.run("backup", "--with-secret", str(to))
    home = new_home("sqlite")
    home.run("restore", str(to))
    secret = home.folder / "secret_key"
    assert secret.read_text() == (zone.folder / "secret_key").read_text()
    assert secret.stat().st_mode & 0o777 == 0o600
    elsewhere = Home(zone.folder, more={"SECRET_KEY": "of the environment"})
    assert "environment" in elsewhere.run("backup", "--with-secret", str(tmp_path / "x.tar.gz"), status=2)
    assert not (tmp_path / "x.tar.gz").exists()
