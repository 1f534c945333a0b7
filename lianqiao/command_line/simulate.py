"""`lianqiao simulate`: how often a promise is kept with these people and this load, and how many it takes."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from lianqiao.command_line.progress import Progress
from lianqiao.engine.errors import refuse

if TYPE_CHECKING:
    from lianqiao.engine.mechanism import Mechanism
    from lianqiao.engine.pack import Pack
    from lianqiao.engine.simulation import Absence, Duration, Scenario

_EXAMPLES = """\
examples:
  lianqiao simulate microdrama-filing --staff 16 --arrivals 80/wd
  lianqiao simulate microdrama-filing --staff 16 --arrivals 80/wd --return-share 0.3 --leave 10 \\
                    --handling pass_review=lognormal:0.8,0.5 --handling pass_film=1.2 \\
                    --reaction send_film=lognormal:720,0.5
  lianqiao simulate my-promise.toml --staff clerk=3 --staff head=1 --arrivals 5/h --target 0.99 --json
  lianqiao simulate microdrama-filing --staff 16 --learn database

durations: 2 or fixed:2, exponential:2, lognormal:2,0.5 (mean hours, standard deviation ÷ mean); office hours
for what people do at their desks, natural hours for what firms do. What nobody gave is assumed, and said.
"""


def add_parser(subparsers: Any) -> None:
    """Register the verb `simulate`."""
    parser = subparsers.add_parser(
        "simulate",
        help="how often is a promise kept with so many people, and where does it queue",
        description="Simulate a promise on its own steps and the State Council calendar.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "mechanism", metavar="MECHANISM", help="a promise of the pack by its id, or its TOML file"
    )
    _about_people(parser)
    _about_load(parser)
    parser.add_argument("--from", dest="start", type=date.fromisoformat, metavar="DATE", help="the first day")
    parser.add_argument("--days", type=int, default=250, metavar="N", help="working days measured (250)")
    parser.add_argument("--warm-up", type=int, default=40, metavar="N", help="working days before that (40)")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed gives the same answer"
    )
    parser.add_argument(
        "--replications", type=int, default=10, metavar="N", help="repetitions with other luck (10)"
    )
    parser.add_argument("--target", type=float, metavar="SHARE", help="find the people it takes, as 0.99")
    parser.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans", help="of the words")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def _about_people(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--staff",
        action="append",
        required=True,
        metavar="[DUTY=]N",
        help="how many people, for all duties or one",
    )
    parser.add_argument("--duty", default="", help="whose number --target looks for; the busiest without it")
    parser.add_argument("--hours", metavar="HOURS", help="office hours, such as “09:00-12:00 13:30-17:30”")
    parser.add_argument(
        "--leave", type=int, default=0, metavar="N", help="working days of leave a year, each"
    )
    parser.add_argument(
        "--away", action="append", default=[], metavar="[DUTY:]PERSON:DATE/DATE", help="one person's leave"
    )
    parser.add_argument(
        "--order",
        choices=("due", "arrival"),
        default="due",
        help="what is taken up first (what is due first)",
    )
    parser.add_argument(
        "--assignment", choices=("lightest", "pool"), default="lightest", help="a list each, or one for all"
    )


def _about_load(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--arrivals", metavar="N/UNIT", help="cases on average: 80/wd, 100/d or 5/h")
    parser.add_argument(
        "--handling",
        action="append",
        default=[],
        metavar="STEP=TIME",
        help="office time a step takes; STEP may be *",
    )
    parser.add_argument(
        "--reaction", action="append", default=[], metavar="STEP=TIME", help="natural time until a firm acts"
    )
    parser.add_argument(
        "--share", action="append", default=[], metavar="STEP=SHARE", help="how often it is chosen"
    )
    parser.add_argument(
        "--return-share", type=float, metavar="SHARE", help="how often work goes back to the firm"
    )
    parser.add_argument(
        "--learn",
        metavar="FILE",
        help="a log to learn from, the name of an imported one, or “database” for the product's own",
    )
    parser.add_argument("--map", metavar="MAP", help="the log's map: which column means what")


def run(args: argparse.Namespace) -> int:
    """Print the answer; 0 always, unless --target was not reached (1) or something was refused."""
    from lianqiao.command_line.promises import district_pack, promise_named
    from lianqiao.command_line.simulation_text import as_text
    from lianqiao.engine.simulation import people_needed, simulate
    from lianqiao.engine.simulation.telling import as_json

    pack = district_pack()
    mechanism = promise_named(args.mechanism, pack)
    scenario, ignored = _scenario(args, mechanism, pack)
    staffing = None
    with Progress("simulating") as told:
        if args.target is None:
            found = simulate(scenario, replications=args.replications, told=told)
        else:
            staffing = people_needed(
                scenario, args.target, duty=args.duty, replications=args.replications, told=told
            )
            found = staffing.tried[staffing.people or max(staffing.tried)]
    if args.json:
        print(json.dumps(as_json(scenario, found, staffing, ignored), ensure_ascii=False, indent=2))
    else:
        print(as_text(scenario, found, staffing, ignored, args.language))
    return 1 if staffing and staffing.people is None else 0


def _scenario(args: argparse.Namespace, mechanism: Mechanism, pack: Pack) -> tuple[Scenario, tuple[str, ...]]:
    from lianqiao.engine.calendar import Calendar
    from lianqiao.engine.office_hours import OfficeHours
    from lianqiao.engine.simulation import Arrivals, Scenario
    from lianqiao.engine.simulation.scenario import ASSUMED_HANDLING, ASSUMED_REACTION, ASSUMED_RETURN_SHARE

    calendar = Calendar.latest(pack.closures)
    handling, reactions = _durations(args.handling, "--handling"), _durations(args.reaction, "--reaction")
    if not (args.arrivals or args.learn):
        raise refuse(
            "argument-missing",
            "nothing says how many cases come",
            place="--arrivals",
            hint="give --arrivals 80/wd, or --learn a log",
        )
    scenario = Scenario(
        mechanism=mechanism,
        staff=_staff(args.staff, mechanism),
        arrivals=Arrivals.parse(args.arrivals or "1/wd", place="--arrivals"),
        # the last year whose calendar is published, so that the same question keeps its answer
        start=args.start or date(calendar.horizon.year, 1, 1),
        calendar=calendar,
        days=args.days,
        warm_up_days=args.warm_up,
        hours=OfficeHours.parse(args.hours, place="--hours") if args.hours else pack.district.hours,
        assumed_handling=handling.pop("*", ASSUMED_HANDLING),
        assumed_reaction=reactions.pop("*", ASSUMED_REACTION),
        handling=handling,
        reactions=reactions,
        shares=_shares(args.share),
        return_share=ASSUMED_RETURN_SHARE if args.return_share is None else args.return_share,
        absences=tuple(_absence(text) for text in args.away),
        leave_days=args.leave,
        order=args.order,
        assignment=args.assignment,
        seed=args.seed,
    )
    return _learnt(args, scenario) if args.learn else (scenario, ())


def _learnt(args: argparse.Namespace, scenario: Scenario) -> tuple[Scenario, tuple[str, ...]]:
    """Return the scenario with what the log teaches, and the activities that are no steps."""
    from dataclasses import replace

    from lianqiao.command_line.logs import log_named, log_of_product
    from lianqiao.engine.clock_bulk import day_table
    from lianqiao.engine.simulation.learning import learnt

    if args.learn == "database":
        log = log_of_product(scenario.mechanism.id)
    else:
        log, _, _ = log_named(args.learn, args.map)
    taught = learnt(log, scenario.mechanism, day_table(scenario.calendar, scenario.hours))
    applied = taught.applied(scenario)
    typed = scenario.arrivals if args.arrivals else taught.arrivals
    return replace(applied, arrivals=typed), taught.ignored


def _staff(texts: list[str], mechanism: Mechanism) -> dict[str, int]:
    from lianqiao.engine.simulation import teams

    staff: dict[str, int] = {}
    for text in texts:
        name, equals, number = text.rpartition("=")
        if not number.isdigit():
            raise refuse(
                "staff-malformed", f"“{text}” is no number of people", place="--staff", hint="16 or clerk=3"
            )
        if not equals:
            staff |= dict.fromkeys(teams(mechanism), int(number))
            continue
        role = mechanism.roles.get(name)
        staff[role.duty if role else name] = int(number)
    return staff


def _durations(texts: list[str], flag: str) -> dict[str, Duration]:
    from lianqiao.engine.simulation import Duration

    return {
        name: Duration.parse(value, place=f"{flag} {name}")
        for name, value in (_pair(text, flag) for text in texts)
    }


def _shares(texts: list[str]) -> dict[str, float]:
    shares = {}
    for text in texts:
        name, value = _pair(text, "--share")
        try:
            shares[name] = float(value)
        except ValueError:
            raise refuse(
                "share-malformed",
                f"“{value}” is not a share",
                place=f"--share {name}",
                hint="give 0 to 1, as 0.2",
            ) from None
    return shares


def _pair(text: str, flag: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise refuse("argument-malformed", f"“{text}” names no step", place=flag, hint="write STEP=VALUE")
    return name, value


def _absence(text: str) -> Absence:
    from lianqiao.engine.simulation import Absence

    try:
        *duty, person, days = text.split(":")
        first, slash, last = days.partition("/")
        return Absence(
            int(person), date.fromisoformat(first), date.fromisoformat(last if slash else first), *duty
        )
    except (ValueError, TypeError):
        raise refuse(
            "absence-malformed",
            f"“{text}” is no leave",
            place="--away",
            hint="write PERSON:FROM/TO with dates, as 3:2026-05-06/2026-05-13",
        ) from None
