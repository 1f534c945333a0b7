"""A question put to the simulator as it is typed or sent: words and numbers, read into a scenario."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lianqiao.engine.calendar import Calendar
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.office_hours import OfficeHours
from lianqiao.engine.simulation.arrivals import Arrivals
from lianqiao.engine.simulation.distributions import Duration
from lianqiao.engine.simulation.scenario import (
    ASSUMED_HANDLING,
    ASSUMED_REACTION,
    ASSUMED_RETURN_SHARE,
    Scenario,
    checked,
)

# beyond this a worker would be busy for longer than people wait
MOST_CASES = 2_000_000
# what `--handling` of all other steps is called
OTHERS = "*"


class Question(BaseModel):
    """Who works, what comes, how long things take; `learn` names the log that teaches the rest.

    `learn`: "" nothing, `own` the promise's own cases, else the name of an imported log. Durations and
    arrivals are texts as `Duration.parse` and `Arrivals.parse` read them; `*` stands for all other steps.
    """

    model_config = ConfigDict(extra="forbid")

    staff: dict[str, int]
    arrivals: str = ""
    hours: str = ""
    days: int = Field(default=250, ge=5, le=1000)
    warm_up_days: int = Field(default=40, ge=0, le=250)
    handling: dict[str, str] = {}
    reactions: dict[str, str] = {}
    shares: dict[str, float] = {}
    return_share: float | None = Field(default=None, ge=0, le=1)
    leave_days: int = Field(default=0, ge=0, le=200)
    order: Literal["due", "arrival"] = "due"
    assignment: Literal["lightest", "pool"] = "lightest"
    learn: str = Field(default="", max_length=100)
    target: float | None = Field(default=None, gt=0, lt=1)
    replications: int = Field(default=10, ge=2, le=50)
    seed: int = Field(default=1, ge=1, le=2**31)

    def scenario(self, mechanism: Mechanism, *, calendar: Calendar, hours: OfficeHours) -> Scenario:
        """Return the scenario, without what a log teaches; refuses as `scenario.checked` does.

        Also what is malformed, `argument-missing` where nothing says how many cases come, and
        `simulation-too-large`.
        """
        if not (self.arrivals or self.learn):
            raise refuse(
                "argument-missing",
                "nothing says how many cases come",
                place="arrivals",
                hint="say how many, or learn it from a log",
            )
        handling, reactions = _durations(self.handling, "handling"), _durations(self.reactions, "reactions")
        given: dict[str, Any] = {
            name: getattr(self, name)
            for name in (
                "staff",
                "days",
                "warm_up_days",
                "shares",
                "leave_days",
                "order",
                "assignment",
                "seed",
            )
        }
        asked = Scenario(
            mechanism=mechanism,
            arrivals=Arrivals.parse(self.arrivals or "1/wd", place="arrivals"),
            start=date(calendar.horizon.year, 1, 1),
            calendar=calendar,
            hours=OfficeHours.parse(self.hours, place="hours") if self.hours else hours,
            assumed_handling=handling.pop(OTHERS, ASSUMED_HANDLING),
            assumed_reaction=reactions.pop(OTHERS, ASSUMED_REACTION),
            handling=handling,
            reactions=reactions,
            return_share=ASSUMED_RETURN_SHARE if self.return_share is None else self.return_share,
            **given,
        )
        self.check_size(asked)
        return checked(asked)

    def check_size(self, asked: Scenario) -> None:
        """Refuse `simulation-too-large` where more cases would come than one is waited for."""
        a_day = {"h": 24.0, "nd": 1.0, "wd": 1.0}[asked.arrivals.unit] * asked.arrivals.rate
        cases = a_day * (self.days + self.warm_up_days) * self.replications
        if cases > MOST_CASES:
            raise refuse(
                "simulation-too-large",
                f"{cases:.0f} cases would be simulated; {MOST_CASES} are the most",
                place="arrivals",
                hint="fewer days, fewer repetitions; the command line takes any number",
                limit=str(MOST_CASES),
            )


def _durations(texts: dict[str, str], place: str) -> dict[str, Duration]:
    return {name: Duration.parse(text, place=f"{place} {name}") for name, text in texts.items()}
