"""What `lianqiao policy` prints: the verdicts of many as data and in words, and one explanation in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from lianqiao.engine.policy.allocation import allocate, totals
from lianqiao.engine.policy.amounts import amounts
from lianqiao.engine.policy.binding import RuleSet
from lianqiao.engine.policy.bulk import Verdicts, match
from lianqiao.engine.policy.facts import Facts

_SIGNS = {"yes": "✓", "no": "✗", "unknown": "?"}
_SHOWN_PROBLEMS = 20


def match_data(rules: RuleSet, facts: Facts, named: list[str], *, closing: bool) -> dict[str, Any]:
    """Return counts by policy, verdicts and fen by party, and what facts could not be used."""
    verdicts = match(rules, facts.table)
    fen = {name: _fen(rules, facts, verdicts, name) for name in named}
    grants = {
        name: allocate(rules.rules[name], facts.table, verdicts, closing=closing)
        for name in named
        if rules.rules[name].limit
    }
    summary = []
    for name in named:
        policy = rules.rules[name].policy
        entry: dict[str, Any] = {
            "id": name,
            "title": policy.title.zh_hans,
            "generated": policy.generated,
        }
        entry |= {str(verdict): count for verdict, count in verdicts.counts(name).items()}
        if name in grants:
            entry["limit"] = totals(grants[name])
        summary.append(entry)
    parties = []
    for row, party in enumerate(facts.table.parties):
        found = verdicts.of(row)
        entry = {"party": party, "verdicts": {name: found[name] for name in named}}
        entry["fen"] = {name: fen[name][row] for name in named if found[name] == "yes" and fen[name]}
        entry["grants"] = {name: asdict(grants[name][row]) for name in grants if row in grants[name]}
        parties.append(entry)
    return {
        "day": rules.day.isoformat(),
        "policies": summary,
        "parties": parties,
        "problems": [asdict(problem) for problem in facts.problems],
        "dirty": dict(facts.dirty),
        "ignored_columns": list(facts.ignored),
        "row_by_row": list(verdicts.slow),
    }


def _fen(rules: RuleSet, facts: Facts, verdicts: Verdicts, name: str) -> list[int | None]:
    found = amounts(rules.rules[name], facts.table, verdicts)
    if found is None:
        return []
    return [int(value) if known else None for value, known in zip(*found, strict=True)]


def match_text(data: dict[str, Any]) -> str:
    """Return the counts by policy and what facts could not be used, a line each."""
    lines = [f"{data['day']} · {len(data['parties'])} parties"]
    for policy in data["policies"]:
        counts = f"yes {policy['yes']}  no {policy['no']}  unknown {policy['unknown']}"
        limit = policy.get("limit")
        told = (
            f"  ·  granted {limit['granted']}, short {limit['short']}, open {limit['open']}" if limit else ""
        )
        lines.append(f"{policy['id']}  {policy['title']}  ·  {counts}{told}")
    lines += [f"{name}  ·  not in force on this day" for name in data["idle"]]
    if data["dirty"]:
        counts = ", ".join(f"{code} {count}" for code, count in data["dirty"].items())
        lines.append(f"facts not used: {counts}")
    for problem in data["problems"][:_SHOWN_PROBLEMS]:
        lines.append(f"  {problem['place']}: {problem['reason']} ({problem['hint']})")
    lines += [f"no quick way, asked party by party: {text}" for text in data["row_by_row"]]
    if data["ignored_columns"]:
        lines.append(f"columns no policy speaks of: {', '.join(data['ignored_columns'])}")
    return "\n".join(lines)


def explain_text(party: str, policies: list[dict[str, Any]]) -> str:
    """Return one party's explanation, an indented line for each condition, fact and way."""
    lines = [party]
    for policy in policies:
        lines += ["", *_policy(policy)]
    return "\n".join(lines)


def _policy(policy: dict[str, Any]) -> Iterator[str]:
    yield f"{_SIGNS[policy['verdict']]} {policy['policy']}  {policy['title']}: {policy['verdict']}"
    amount = policy["amount"]
    if amount:
        yield f"    {_yuan(amount['fen'])} = " + " + ".join(
            f"{part['title']} {_yuan(part['fen'])}" for part in amount["parts"]
        )
    for condition in policy["conditions"]:
        yield f"  {_SIGNS[condition['verdict']]} {condition['title']} ({condition['article']})"
        yield from _steps(condition, 6)
    for what in ("requires", "yields_to"):
        for name, verdict in policy[what].items():
            yield f"  {what} {name}: {verdict}"
    for way in policy["smallest"]:
        yield f"  needs {way['papers']} paper(s): " + _papers(way)
    for way in policy["would_qualify"]:
        yield "  would qualify if " + " and ".join(way["needs"]) + f"  ·  {_papers(way)}"


def _steps(step: dict[str, Any], indent: int) -> Iterator[str]:
    facts = "; ".join(map(_fact, step.get("facts", ())))
    yield f"{' ' * indent}{_SIGNS[step['verdict']]} {step['text']}" + (f"  ·  {facts}" if facts else "")
    for part in step.get("parts", ()):
        yield from _steps(part, indent + 2)


def _fact(fact: dict[str, Any]) -> str:
    shown = {"value": f"{fact.get('value')}", "absent": fact.get("means", "absent"), "unknown": "unknown"}
    why = f", {fact['note']}" if "note" in fact else f", {fact['source']}" if fact["source"] else ""
    return f"{fact['title']} {shown[fact['state']]}{why}"


def _papers(way: dict[str, Any]) -> str:
    return ", ".join(dict.fromkeys(one["proof"] or one["title"] for one in way["attributes"]))


def _yuan(fen: int | None) -> str:
    return "?" if fen is None else f"{fen / 100:,.2f} yuan"
