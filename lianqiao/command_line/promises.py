"""Which promise a verb is about: one of the district pack, or a file."""

from __future__ import annotations

import os
from pathlib import Path

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.pack import Pack


def district_pack() -> Pack:
    """Return the pack this installation serves, checked; Django is not needed for it."""
    from lianqiao.bridge.pack_files import load_pack
    from lianqiao.site.environment import default_district

    return load_pack(Path(os.environ.get("LIANQIAO_DISTRICT") or default_district()).resolve())


def promise_named(name: str, pack: Pack) -> Mechanism:
    """Return the promise of a TOML file, or that of the pack with this id or `id@version`.

    Raises Refusal with every problem of a file, or `unknown-mechanism`.
    """
    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        return _from_file(path, pack)
    return pack.mechanism(name) if "@" in name else pack.newest(name)


def _from_file(path: Path, pack: Pack) -> Mechanism:
    from lianqiao.bridge.pack_files import read_text
    from lianqiao.engine.check import check_mechanism
    from lianqiao.engine.file_reading import read

    if not path.is_file():
        raise refuse(
            "file-unreadable",
            "there is no such file",
            place=str(path),
            hint="name a promise's file or its id",
        )
    mechanism = read(Mechanism, read_text(path, path.name), path.name)
    beside = {**pack.newest_versions, mechanism.id: mechanism}
    problems = check_mechanism(mechanism, pack.policies, beside, path.name)
    if problems:
        raise Refusal(*problems)
    return mechanism
