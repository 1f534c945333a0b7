"""A night over a register of a million licences, of which twenty thousand are renewed and signed.

    python -m benchmarks.licences [REGISTERED] [DUE]

The database is a file of its own, thrown away after. Measured is what `lianqiao licence renew` does: find
what nears its end, decide by rule in bulk, write decisions in one chain, sign e-licences, tell the holders;
then a second night that finds nothing left to do. Prints JSON.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

REGISTERED, DUE = 1_000_000, 20_000
FIRMS = 2_000
MOST_S = 60.0
AT_ONCE = 5_000


def main(registered: int = REGISTERED, due: int = DUE) -> int:
    """Print what was measured; 1 where the night took longer than a minute or renewed another number."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LIANQIAO_HOME"] = folder
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        os.environ["DJANGO_SETTINGS_MODULE"] = "lianqiao.site.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        return _measured(registered, due)


def _measured(registered: int, due: int) -> int:
    from lianqiao.engine.beijing import BEIJING
    from lianqiao.service.licences.commands.keys import rotate_key
    from lianqiao.service.licences.commands.nights import run_at_once
    from lianqiao.service.licences.queries.chain import verify_decisions

    now = datetime(2026, 11, 23, 2, tzinfo=BEIJING)
    _enter(registered, due, today=now.date())
    rotate_key(now=now)
    before = _peak_mb()
    began, began_cpu = time.monotonic(), time.process_time()
    night = run_at_once(now=now)
    took, took_cpu = time.monotonic() - began, time.process_time() - began_cpu
    grown = _peak_mb() - before
    again_began = time.monotonic()
    again = run_at_once(now=now + timedelta(days=1))
    again_took = time.monotonic() - again_began
    audit_began = time.monotonic()
    decisions, problems = verify_decisions()
    audit_took = time.monotonic() - audit_began
    well = took < MOST_S and night.renewed == due and again.renewed == 0 and not problems
    told = {
        "registered": registered,
        "near_their_end": night.near,
        "renewed_and_signed": night.renewed,
        "first_night_s": round(took, 1),
        "first_night_cpu_s": round(took_cpu, 1),
        "renewed_a_second": round(night.renewed / took),
        "second_night_s": round(again_took, 1),
        "second_night_renewed": again.renewed,
        "audit_s": round(audit_took, 1),
        "decisions": decisions,
        "problems": len(problems),
        "peak_mb": round(_peak_mb()),
        "night_added_mb": round(grown),
        "asked_for": f"{due} in under {MOST_S:.0f} s",
        "kept": well,
    }
    print(json.dumps(told))
    return 0 if well else 1


def _enter(registered: int, due: int, *, today: date) -> None:
    from lianqiao.engine.identifiers import credit_check_character
    from lianqiao.organization.models import Firm
    from lianqiao.service.licences.models import Licence

    codes = (f"91360112MA{number:07d}" for number in range(FIRMS))
    firms = [
        Firm(
            credit_code=code + credit_check_character(code), name=f"示例企业{code[-7:]}有限公司", example=True
        )
        for code in codes
    ]
    Firm.objects.bulk_create(firms, batch_size=AT_ONCE)
    ids = list(Firm.objects.values_list("pk", flat=True))
    _know(ids, today)
    rows = _rows(registered, due, ids, today)
    while some := list(islice(rows, AT_ONCE)):
        Licence.objects.bulk_create(some)


def _know(firms: list[int], today: date) -> None:
    """Let the zone know of every firm that it was never fined, which licences ask for too."""
    from lianqiao.service.benefits.models import Fact

    told = {"attribute": "last_penalty", "state": "absent", "source": "示例", "as_of": today, "via": "import"}
    now = datetime(2026, 11, 22, tzinfo=UTC)
    Fact.objects.bulk_create(
        [
            Fact(firm_id=firm, digest=f"{firm:064}", confidence="high", consent="law", at=now, **told)
            for firm in firms
        ],
        batch_size=AT_ONCE,
    )


def _rows(registered: int, due: int, firms: list[int], today: date) -> Iterator[Any]:
    from lianqiao.bridge import packs
    from lianqiao.service.licences.models import Licence

    draw = random.Random(20261123)
    kinds = list(packs.current().licences.kinds.values())
    told = {"source": "示例", "on": "2026-11-01"}
    against = {"particulars_changed", "rectification_open", "discharge_exceeded", "fatal_accident"}
    known: dict[str, dict[str, Any]] = {}
    for kind in kinds:
        facts: dict[str, Any] = {}
        for name, attribute in packs.current().licences.attributes_of(kind).items():
            if name == "last_penalty":
                continue
            if attribute.kind == "date":
                ahead = 200 if attribute.may_be_future else -100
                facts[name] = {"value": (today + timedelta(days=ahead)).isoformat(), **told}
            else:
                facts[name] = {"value": name not in against, **told}
        known[kind.id] = facts
    near = set(draw.sample(range(registered), due))
    for number in range(registered):
        kind = kinds[number % len(kinds)]
        days = draw.randrange(10, 80) if number in near else draw.randrange(400, 1500)
        ends = today + timedelta(days=days)
        yield Licence(
            kind=kind.id,
            number=f"示例{number:08d}",
            firm_id=firms[number % len(firms)],
            premises="示例新区示例路1号",
            scope="示例范围",
            issued_on=ends - timedelta(days=1000),
            valid_from=ends - timedelta(days=1000),
            valid_until=ends,
            known=known[kind.id],
            example=True,
        )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
