"""Check what a version of a policy gives, and to how many: sums, shares, bands, limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lianqiao.engine.errors import Problem
from lianqiao.engine.nearest import meant
from lianqiao.engine.places import place
from lianqiao.engine.policy.shape import AmountPart, Attribute, BenefitPolicy, Kind, Version

Where = tuple[str | int, ...]
_ORDERED = ("integer", "money", "ratio", "date")


def check_amounts(
    policy: BenefitPolicy, version: Version, attributes: Mapping[str, Attribute], file: str, where: Where
) -> list[Problem]:
    """Return the problems of a version's amount and limit.

    Codes: `amount-one-of`, `amount-of-what`, `bands-open`, `bands-order`, `bands-one-of`,
    `unknown-parameter`, `parameter-kind`, `parameter-not-yet`, `amount-crossed`, `limit-empty`,
    `unknown-attribute`, `attribute-kind`, `budget-without-amount`.
    """
    return list(_Amounts(policy, version, attributes, file, where).problems())


class _Amounts:
    def __init__(
        self,
        policy: BenefitPolicy,
        version: Version,
        attributes: Mapping[str, Attribute],
        file: str,
        where: Where,
    ) -> None:
        self.policy, self.version, self.attributes = policy, version, attributes
        self.file, self.where = file, where

    def problems(self) -> Iterator[Problem]:
        amount = self.version.amount
        if amount:
            for number, part in enumerate(amount.parts):
                yield from self.part(part, ("amount", "parts", number))
            yield from self.parameter(amount.cap, "money", ("amount", "cap"))
            yield from self.parameter(amount.least, "money", ("amount", "least"))
            if isinstance(amount.cap, int) and isinstance(amount.least, int) and amount.least > amount.cap:
                yield self.said(
                    "amount-crossed", "the least is more than the cap", ("amount", "least"), "lower it"
                )
        yield from self.limit()

    def said(self, code: str, reason: str, path: Where, hint: str) -> Problem:
        return Problem(code, reason, place=place(self.file, *self.where, *path), hint=hint)

    def part(self, part: AmountPart, path: Where) -> Iterator[Problem]:
        given = [name for name in ("fixed", "share", "each") if getattr(part, name) is not None]
        given += ["bands"] if part.bands else []
        if len(given) != 1:
            told = " and ".join(given) or "none of them"
            hint = "write exactly one of fixed, share, each, bands"
            yield self.said("amount-one-of", f"a part has one way to be reckoned, here: {told}", path, hint)
            return
        yield from self.base(part, given[0], path)
        yield from self.parameter(part.fixed, "money", (*path, "fixed"))
        yield from self.parameter(part.each, "money", (*path, "each"))
        yield from self.parameter(part.cap, "money", (*path, "cap"))
        if part.share and not part.share.endswith("%"):
            yield from self.parameter(part.share, "ratio", (*path, "share"))
        if part.bands:
            yield from self.bands(part, (*path, "bands"))

    def base(self, part: AmountPart, way: str, path: Where) -> Iterator[Problem]:
        if (part.of is None) != (way == "fixed"):
            reason = "a fixed sum is of nothing" if way == "fixed" else f"{way} of what?"
            yield self.said("amount-of-what", reason, (*path, "of"), "add of = an attribute; none for fixed")
            return
        wanted: tuple[Kind, ...] = (
            ("integer",) if way == "each" else ("money",) if way == "share" else ("money", "integer")
        )
        if part.of:
            yield from self.attribute(part.of, wanted, (*path, "of"))

    def attribute(self, name: str, kinds: tuple[str, ...], path: Where) -> Iterator[Problem]:
        attribute = self.attributes.get(name)
        if attribute is None:
            hint = meant(name, self.attributes, what="known attributes")
            yield self.said("unknown-attribute", f"there is no attribute “{name}”", path, hint)
        elif attribute.kind not in kinds:
            reason = f"“{name}” is a {attribute.kind}"
            yield self.said("attribute-kind", reason, path, f"take one of kind {' or '.join(kinds)}")

    def parameter(self, given: int | str | None, kind: str, path: Where) -> Iterator[Problem]:
        if not isinstance(given, str):
            return
        parameter = self.policy.parameters.get(given)
        if parameter is None:
            hint = meant(given, self.policy.parameters, what="known parameters")
            yield self.said("unknown-parameter", f"there is no parameter “{given}”", path, hint)
        elif parameter.kind != kind:
            reason = f"“{given}” is a {parameter.kind}"
            yield self.said("parameter-kind", reason, path, f"take one of kind {kind}")
        elif parameter.on(self.version.effective_from) is None:
            reason = f"“{given}” has no value yet on {self.version.effective_from}"
            yield self.said(
                "parameter-not-yet", reason, path, "add the value in force then, with its article"
            )

    def bands(self, part: AmountPart, path: Where) -> Iterator[Problem]:
        ends = [band.upto for band in part.bands]
        if ends[-1] is not None or None in ends[:-1]:
            yield self.said(
                "bands-open", "only the last band goes on without end", path, "leave out upto in the last"
            )
            return
        closed = [end for end in ends if end is not None]
        if closed != sorted(set(closed)):
            yield self.said("bands-order", "bands stand in order of upto", path, "put the smallest first")
        for number, band in enumerate(part.bands):
            if (band.share is None) == (band.fixed is None) or (part.sliced and band.share is None):
                hint = "slices have a share" if part.sliced else "write one of share and fixed"
                yield self.said("bands-one-of", "a band has one way to be reckoned", (*path, number), hint)

    def limit(self) -> Iterator[Problem]:
        limit = self.version.limit
        if limit is None:
            return
        if limit.quota is None and limit.budget is None:
            yield self.said(
                "limit-empty", "neither quota nor budget is limited", ("limit",), "add one, or take it out"
            )
        if limit.budget is not None and self.version.amount is None:
            reason = "a budget is for money, and this gives none"
            yield self.said(
                "budget-without-amount", reason, ("limit", "budget"), "add an amount, or use quota"
            )
        yield from self.parameter(limit.quota, "integer", ("limit", "quota"))
        yield from self.parameter(limit.budget, "money", ("limit", "budget"))
        for name in limit.order:
            yield from self.attribute(name.removeprefix("-"), _ORDERED, ("limit", "order"))
