"""`lianqiao policy`: check policy files, match them with a table of facts, explain one party. No database."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianqiao.command_line import policy_sheet
from lianqiao.engine.errors import Refusal, refuse

if TYPE_CHECKING:
    from lianqiao.engine.policy.binding import RuleSet
    from lianqiao.engine.policy.facts import Facts
    from lianqiao.engine.policy.reading import PolicySet

_EXAMPLES = """\
examples:
  lianqiao policy check policies/my-policy.toml
  lianqiao policy check --schema > policy.schema.json
  lianqiao policy match policies/*.toml --facts firms.csv --json
  lianqiao policy explain policies/my-policy.toml --facts firms.parquet --party 91360100MA00000000
  lianqiao policy import conditions.xlsx --id my-policy --title 我的政策 --source 文号 --from 2026-01-01

Other policies and the attributes.toml in a file's folder are read along, for what it requires or excludes.
"""


def add_parser(subparsers: Any) -> None:
    """Register the verb `policy` with `check`, `match`, `explain` and `import`."""
    parser = subparsers.add_parser(
        "policy",
        help="check policies, match them with facts, explain one party: yes, no or not yet known",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="policy_verb", metavar="VERB", required=True)
    check = verbs.add_parser("check", help="say everything that is wrong with policy files")
    check.add_argument("files", nargs="*", type=Path, metavar="FILE")
    check.add_argument("--schema", action="store_true", help="print the JSON Schema of policy files instead")
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(run=run_check)
    match = verbs.add_parser("match", help="yes, no or unknown for every party and policy")
    _with_facts(match)
    match.add_argument(
        "--closing", action="store_true", help="quotas and budgets: who is undecided holds nobody up any more"
    )
    match.set_defaults(run=run_match)
    explain = verbs.add_parser(
        "explain", help="why one party has each policy, has it not, or what is missing"
    )
    _with_facts(explain)
    explain.add_argument("--party", required=True, metavar="ID", help="as the facts' column `party` has it")
    explain.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans", help="of the words")
    explain.set_defaults(run=run_explain)
    policy_sheet.add_parser(verbs)


def _with_facts(parser: Any) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--facts", required=True, type=Path, help="a CSV (UTF-8) or Parquet file")
    parser.add_argument("--as-of", metavar="DAY", help="decide as on this day (today)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run_check(args: argparse.Namespace) -> int:
    """Print what was found; 0 nothing wrong, 1 problems."""
    if args.schema:
        from lianqiao.engine.schema import policy_schema

        print(json.dumps(policy_schema(), ensure_ascii=False, indent=2))
        return 0
    if not args.files:
        raise refuse("policy-not-named", "no policy file is named", hint="lianqiao policy check FILE")
    from lianqiao.engine.policy.checking import check_policies

    titles: dict[str, str] = {}
    try:
        policies = _policies(args.files)
        named = _named(policies, args.files)
        titles = {name: policies.policies[name].title.zh_hans for name in named}
        problems = [p for p in check_policies(policies) if p.place.startswith(tuple(map(str, args.files)))]
    except Refusal as refusal:
        if refusal.code == "policy-not-found":
            raise
        named, problems = [], list(refusal.problems)
    if args.json:
        print(json.dumps({"policies": named, "problems": list(map(asdict, problems))}, ensure_ascii=False))
    else:
        for problem in problems:
            print(f"{problem.code}: {problem}", file=sys.stderr)
        for name in named if not problems else []:
            print(f"{name}: {titles[name]} — in order")
    return 1 if problems else 0


def run_match(args: argparse.Namespace) -> int:
    """Print the verdicts; 0, whatever they are, and whatever facts could not be used."""
    policies, rules, facts = _asked(args)
    from lianqiao.command_line.policy_text import match_data, match_text

    named = [name for name in rules.rules if name in _named(policies, args.files)]
    data = match_data(rules, facts, named, closing=args.closing)
    data["idle"] = [name for name in rules.idle if name in _named(policies, args.files)]
    if args.json:
        print(json.dumps(data, ensure_ascii=False))
    else:
        print(match_text(data))
    return 0


def run_explain(args: argparse.Namespace) -> int:
    """Print why; Refusal `party-unknown` where the facts know no such party."""
    policies, rules, facts = _asked(args)
    from lianqiao.command_line.policy_text import explain_text
    from lianqiao.engine.nearest import meant
    from lianqiao.engine.policy.explaining import explain
    from lianqiao.engine.policy.telling import told

    parties = list(facts.table.parties)
    if args.party not in parties:
        hint = meant(args.party, parties, what="known parties")
        raise refuse("party-unknown", f"the facts know no “{args.party}”", place=str(args.facts), hint=hint)
    found = explain(rules, facts.table.party(parties.index(args.party)))
    named = set(_named(policies, args.files))
    shown = [told(one, rules, args.language) for name, one in found.items() if name in named]
    if args.json:
        whole = {"day": rules.day.isoformat(), "party": args.party, "policies": shown}
        print(json.dumps(whole, ensure_ascii=False))
    else:
        print(explain_text(args.party, shown))
    return 0


def _asked(args: argparse.Namespace) -> tuple[PolicySet, RuleSet, Facts]:
    from lianqiao.engine.policy.binding import bind
    from lianqiao.engine.policy.checking import check_policies
    from lianqiao.engine.policy.facts import read_facts

    day = _day(args.as_of)
    policies = _policies(args.files)
    problems = check_policies(policies)
    if problems:
        raise Refusal(*problems)
    rules = bind(policies, day)
    facts = read_facts(_content(args.facts), args.facts.name, policies.attributes, day)
    return policies, rules, facts


def _day(text: str | None) -> date:
    from lianqiao.engine.beijing import BEIJING
    from lianqiao.site import wall_clock

    if text is None:
        return wall_clock.read().astimezone(BEIJING).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("day-malformed", f"“{text}” is not a date", hint="write 2026-01-31") from None


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise refuse("facts-not-found", "there is no such file", place=str(path), hint="check its name")
    return path.read_bytes()


def _policies(files: list[Path]) -> PolicySet:
    """Read the files named, and beside them other policies and attributes where those can be read."""
    from lianqiao.bridge.pack_files import read_text
    from lianqiao.engine.policy.reading import is_for_benefits, read_policies

    texts: dict[str, str] = {}
    for path in files:
        if not path.is_file():
            raise refuse("policy-not-found", "there is no such file", place=str(path), hint="check its name")
        texts[str(path)] = read_text(path, str(path))
    for path in sorted({other for file in files for other in file.parent.glob("*.toml")} - set(files)):
        text = read_text(path, str(path))
        if is_for_benefits(text) and _is_read(str(path), text):
            texts[str(path)] = text
    return read_policies(texts)


def _is_read(file: str, text: str) -> bool:
    """Whether a neighbour is without fault: another's mistake is not this file's."""
    from lianqiao.engine.policy.reading import read_policies

    try:
        read_policies({file: text})
    except Refusal:
        return False
    return True


def _named(policies: PolicySet, files: list[Path]) -> list[str]:
    wanted = set(map(str, files))
    return [name for name, file in policies.files.items() if file in wanted]
