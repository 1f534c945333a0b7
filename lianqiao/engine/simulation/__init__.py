"""How often is a promise kept, where does it queue, how many people does it take? Simulation by events.

A scenario (promise, people, arrivals, durations) is replicated on the promise's own steps and the State
Council calendar; see `docs/simulation.md`.
"""

from lianqiao.engine.simulation.answering import Staffing, people_needed, simulate, traced
from lianqiao.engine.simulation.arrivals import Arrivals
from lianqiao.engine.simulation.distributions import Duration
from lianqiao.engine.simulation.findings import Estimate, Findings
from lianqiao.engine.simulation.scenario import Absence, Scenario, staff_for, teams

__all__ = [
    "Absence",
    "Arrivals",
    "Duration",
    "Estimate",
    "Findings",
    "Scenario",
    "Staffing",
    "people_needed",
    "simulate",
    "staff_for",
    "teams",
    "traced",
]
