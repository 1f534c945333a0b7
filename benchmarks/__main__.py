"""`make bench`: run each benchmark in a process of its own and print one JSON object, by benchmark."""

from __future__ import annotations

import json
import subprocess
import sys

# `items` needs a catalogue in a database of its own and is run by name: `python -m benchmarks.items`
NAMES = ("clock", "file_checks", "licences", "lifecycle", "logs", "policy", "simulation")


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; exit status 1 where one of them failed."""
    found: dict[str, object] = {}
    failed = 0
    for name in names or NAMES:
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        failed |= done.returncode != 0
        found[name] = json.loads(done.stdout) if done.returncode == 0 else {"failed": done.stderr[-2000:]}
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
