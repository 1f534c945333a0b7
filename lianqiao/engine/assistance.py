"""The assistance supermarket (帮办超市) as data: whom a firm may give its mandate, what an item's case is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from pydantic import Field

from lianqiao.engine.errors import Problem
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.nearest import meant
from lianqiao.engine.parts import Part, Text

MandateKind = Literal["party-member", "agent", "window-clerk"]
ASSISTANCE_FILE = "assistance/assistance.toml"


class AgentKind(Part):
    """One of the three roles (三员): what it is called, and the duty whose holders a firm may choose from."""

    title: Text
    duty: str = Field(min_length=1)


class ItemMatter(Part):
    """What a service item of the catalogue becomes where no promise of its own handles it."""

    mechanism: str = Field(min_length=1)
    title_field: str = Field(min_length=1)
    """The text the item's name is filled into."""


class Assistance(Part):
    """`assistance/assistance.toml`."""

    format: Literal[1] = 1
    items: ItemMatter | None = None
    agents: dict[MandateKind, AgentKind] = Field(default_factory=dict)


def check_assistance(
    rules: Assistance, mechanisms: Mapping[str, Mechanism], duties: Collection[str]
) -> list[Problem]:
    """Return every name in the file that means nothing in this pack."""
    problems = []
    for kind, agent in rules.agents.items():
        if agent.duty not in duties:
            hint = meant(agent.duty, tuple(duties), what="known duties")
            place = f"{ASSISTANCE_FILE} › agents.{kind} › duty"
            problems.append(Problem("unknown-duty", f"no duty “{agent.duty}”", place=place, hint=hint))
    if rules.items is not None:
        problems += _check_items(rules.items, mechanisms)
    return problems


def _check_items(items: ItemMatter, mechanisms: Mapping[str, Mechanism]) -> list[Problem]:
    mechanism = mechanisms.get(items.mechanism)
    if mechanism is None:
        hint = meant(items.mechanism, tuple(mechanisms), what="known promises")
        place = f"{ASSISTANCE_FILE} › items › mechanism"
        return [Problem("unknown-mechanism", f"no promise “{items.mechanism}”", place=place, hint=hint)]
    asked = mechanism.steps[mechanism.opening_step].needs
    texts = [name for name in asked if name in mechanism.fields and mechanism.fields[name].type == "text"]
    if items.title_field in texts:
        return []
    hint = meant(items.title_field, tuple(texts), what="texts its opening step asks for")
    place = f"{ASSISTANCE_FILE} › items › title_field"
    return [Problem("unknown-field", f"no text “{items.title_field}” is asked for", place=place, hint=hint)]
