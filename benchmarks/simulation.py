"""A year of 3+5 simulated, beside SimPy on the same model: `python -m benchmarks.simulation`.

20 000 filings, 16 stewards, the State Council calendar, office hours, pauses and restarts. Prints JSON. The
two take turns and medians of processor time are compared, so that a busy machine slows both alike; that both
tell the same of the year is told too.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from benchmarks.simulation_peer import Year, Zone
from lianqiao.bridge.pack_files import read_text
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.simulation import Arrivals, Duration, Scenario, simulate, staff_for
from lianqiao.engine.simulation.findings import measured
from lianqiao.engine.simulation.running import Form, Setting, replicate
from lianqiao.engine.simulation.scenario import works
from lianqiao.engine.simulation.setting import setting_of
from lianqiao.site.environment import default_district

ROUNDS = 5
RETURN_SHARE = 0.3


def main(rounds: int = ROUNDS) -> dict[str, Any]:
    """Return processor seconds a year on each side, their ratio, and what each side found."""
    scenario = year()
    setting = setting_of(scenario)
    arrivals = scenario.arrivals.draw(np.random.default_rng(1), setting.begin, setting.end, setting.office)
    sides: dict[str, Callable[[int], dict[str, float]]] = {
        "simpy": lambda seed: seen(setting, Zone(setting, arrivals.tolist(), RETURN_SHARE, seed).run()),
        "lianqiao": lambda seed: ours(setting, arrivals, seed, "compiled"),
        "lianqiao_not_compiled": lambda seed: ours(setting, arrivals, seed, "plain"),
    }
    before = time.perf_counter()
    sides["lianqiao"](0)  # compiles, or loads what was compiled before
    first_s = time.perf_counter() - before
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    found: dict[str, list[dict[str, float]]] = {name: [] for name in sides}
    for seed in range(1, rounds + 1):
        for name, side in sides.items():
            before = time.process_time()
            found[name].append(side(seed))
            seconds[name].append(time.process_time() - before)
    median_s = {name: statistics.median(taken) for name, taken in seconds.items()}
    before = time.perf_counter()
    simulate(scenario, replications=1)
    return {
        "filings": len(arrivals),
        "stewards": setting.sizes[0],
        "working_days": scenario.days,
        "rounds": rounds,
        "processor_s_a_year": {name: round(taken, 4) for name, taken in median_s.items()},
        "one_year_answered_wall_s": round(time.perf_counter() - before, 3),
        "first_call_wall_s": round(first_s, 2),
        "ratio_to_simpy": round(median_s["simpy"] / median_s["lianqiao"], 1),
        "ratio_to_simpy_not_compiled": round(median_s["simpy"] / median_s["lianqiao_not_compiled"], 2),
        "found": {name: average(answers) for name, answers in found.items()},
    }


def year() -> Scenario:
    """Return the year: 80 filings a working day, nine tenths of the stewards' time, a third sent back."""
    file = default_district() / "mechanisms" / "microdrama-filing.toml"
    mechanism = read(Mechanism, read_text(file, file.name), file.name)
    handling = {step: Duration("lognormal", 0.5, 0.8) for step in mechanism.steps if works(mechanism, step)}
    return Scenario(
        mechanism=mechanism,
        staff=staff_for(mechanism, 16),
        arrivals=Arrivals.parse("80/wd"),
        start=date(2026, 1, 1),
        calendar=Calendar.latest(),
        warm_up_days=0,
        handling=handling,
        reactions={"send_film": Duration("lognormal", 720.0, 0.5)},
        return_share=RETURN_SHARE,
    )


def ours(setting: Setting, arrivals: Any, seed: int, form: Form) -> dict[str, float]:
    """Return what the engine found in one year."""
    history = replicate(setting, arrivals, [], np.random.default_rng(seed), form=form)
    measure = measured(setting, history, [])
    waits = [
        measure[f"works/{place}"] * measure[f"wait/{place}"] for place in ("first_review", "film_review")
    ]
    works = measure["works/first_review"] + measure["works/film_review"]
    return {
        "mean_wait_h": sum(waits) / works,
        "kept_first_review": measure["kept/first_review"],
        "kept_film_review": measure["kept/film_review"],
    }


def seen(setting: Setting, peer: Year) -> dict[str, float]:
    """Return the same of the peer's year."""
    rates = [kept / (kept + broken) for kept, broken in zip(peer.kept, peer.broken, strict=True)]
    return {
        "mean_wait_h": float(np.mean(peer.waits_s)) / 3600,
        "kept_first_review": rates[0],
        "kept_film_review": rates[1],
    }


def average(answers: list[dict[str, float]]) -> dict[str, float]:
    """Return the mean of each figure."""
    return {name: round(statistics.fmean(one[name] for one in answers), 4) for name in answers[0]}


if __name__ == "__main__":
    json.dump(main(), sys.stdout, indent=2)
    print()
