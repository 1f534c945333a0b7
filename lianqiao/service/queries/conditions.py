"""When a field is needed, in words: its condition told by the values that make it hold."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from lianqiao.bridge import packs
from lianqiao.engine.expression import holds, parse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.service.language import in_words, listed_words


def condition_words(mechanism: Mechanism, condition: str, *, on: date) -> str:
    """Return when the condition holds: “Needed when Tier is Key or Ordinary”.

    A condition over one field of few values is told by those values; any other names what it hangs on.
    """
    names = parse(condition).names
    titles = listed_words(_title(mechanism, name) for name in names)
    values = _values(mechanism, names[0], on) if len(names) == 1 else {}
    if not values:
        return _("Whether it is needed depends on: %(titles)s") % {"titles": titles}
    needed = [words for value, words in values.items() if holds(condition, {names[0]: value}) is True]
    not_needed = [words for words in values.values() if words not in needed]
    if len(needed) <= len(not_needed) or not not_needed:
        return _("Needed when “%(title)s” is: %(values)s") % {
            "title": titles,
            "values": listed_words(f"“{words}”" for words in needed),
        }
    return _("Needed unless “%(title)s” is: %(values)s") % {
        "title": titles,
        "values": listed_words(f"“{words}”" for words in not_needed),
    }


def _title(mechanism: Mechanism, name: str) -> str:
    named = mechanism.fields.get(name) or mechanism.derived.get(name)
    return in_words(named.title) if named else name


def _values(mechanism: Mechanism, name: str, on: date) -> dict[str | bool, str]:
    """Return the few values a field can have with their titles, empty where they cannot be listed."""
    if field := mechanism.fields.get(name):
        if field.type == "boolean":
            return {True: _("Yes"), False: _("No")}
        return {value: in_words(option.title) for value, option in field.options.items()}
    derived = mechanism.derived.get(name)
    policy = packs.current().policies.get(derived.policy) if derived else None
    if policy is None or policy.versions[0].effective_from > on:
        return {}
    return {outcome.value: in_words(outcome.title) for outcome in policy.in_force(on).outcomes}
