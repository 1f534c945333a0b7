"""What was asked, assumed and found by a simulation, as JSON-ready values."""

from __future__ import annotations

from typing import Any

from lianqiao.engine.simulation.answering import Staffing
from lianqiao.engine.simulation.findings import Findings
from lianqiao.engine.simulation.scenario import Scenario, used_steps, works


def as_json(
    scenario: Scenario, found: Findings, staffing: Staffing | None, ignored: tuple[str, ...]
) -> dict[str, Any]:
    """Return everything asked, assumed and found as JSON-ready values."""
    answer: dict[str, Any] = {
        "promise": scenario.mechanism.key,
        "asked": _asked(scenario),
        "durations": {
            step: {
                "time": "office" if works(scenario.mechanism, step) else "natural",
                "hours": str(scenario.duration_of(step)),
                "assumed": step in scenario.assumed,
            }
            for step in used_steps(scenario)
        },
        "found": found.to_dict(),
    }
    if ignored:
        answer["log_activities_ignored"] = list(ignored)
    if staffing:
        answer["staffing"] = {
            "duty": staffing.duty,
            "target": staffing.target,
            "people": staffing.people,
            "tried": {
                str(people): {"kept": tried.worst.mean, "low": tried.worst.low, "high": tried.worst.high}
                for people, tried in sorted(staffing.tried.items())
            },
        }
    return answer


def _asked(scenario: Scenario) -> dict[str, Any]:
    return {
        "staff": dict(scenario.staff),
        "arrivals": str(scenario.arrivals),
        "from": scenario.start.isoformat(),
        "days": scenario.days,
        "warm_up_days": scenario.warm_up_days,
        "office_hours": str(scenario.hours),
        "leave_days": scenario.leave_days,
        "order": scenario.order,
        "assignment": scenario.assignment,
        "return_share": scenario.return_share,
        "shares": dict(scenario.shares),
        "seed": scenario.seed,
        "calendar": scenario.calendar.version,
    }
