"""Say in words what a policy gives, to whom, and by which article, for those who must answer for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lianqiao.engine.expression import parse
from lianqiao.engine.policy.reading import PolicySet
from lianqiao.engine.policy.shape import AmountPart, Band, BenefitPolicy, Limit, Version
from lianqiao.engine.policy.wording import Wording, yuan_words

_WHEN_SHORT = {
    "stop": ("之后的不再给予", "nobody after gets anything"),
    "skip": ("给予下一个够用的", "the next whom it suffices for gets it"),
    "rest": ("给予剩余部分", "that one gets the rest"),
}


def describe(policy: BenefitPolicy, among: PolicySet, *, day: date, language: str = "zh-hans") -> list[str]:
    """Return what a policy says on a day, a sentence a line; English where `language` begins with `en`.

    The first line is the title; then to whom and how, the conditions each with its article, the sum, what
    limits it, and how it stands to other policies. Conditions must be readable: `check_policies` says so.
    """
    return list(_Teller(policy, among, day=day, language=language).lines())


class _Teller:
    def __init__(self, policy: BenefitPolicy, among: PolicySet, *, day: date, language: str) -> None:
        self.policy, self.among, self.day = policy, among, day
        self.words = Wording(among.attributes_of(policy), policy.parameters, day=day, language=language)
        self.say, self.text = self.words.say, self.words.text

    def lines(self) -> Iterator[str]:
        p = self.policy
        yield self.text(p.title) + (self.say("（示例）", " (example)") if p.generated else "")
        if p.summary:
            yield self.text(p.summary)
        party = self.say("企业", "firms") if p.party == "firm" else self.say("个人", "people")
        yield (
            self.say(f"对象：{party}。免申即享：符合条件的收到邀请，确认即可。",
                     f"For {party}. Without applying: whoever qualifies is invited and confirms.")
            if p.delivery == "invited"
            else self.say(f"对象：{party}。即申即享：提出即按规则当场决定。",
                          f"For {party}. At once: decided by rule the moment it is asked for.")
        )  # fmt: skip
        version = p.in_force(self.day)
        if version is None:
            on = self.words.day_said(self.day)
            yield self.say(f"{on}没有施行中的版本。", f"No version is in force on {on}.")
            return
        yield from self.version(version)
        yield from self.links()

    def version(self, version: Version) -> Iterator[str]:
        since = self.words.day_said(version.effective_from)
        until = self.words.day_said(version.effective_until) if version.effective_until else ""
        title = version.basis.title.in_language(self.words.language)
        yield self.say(
            f"依据：{title}，自{since}起" + (f"至{until}" if until else "") + "施行。",
            f"By {title}, in force from {since}" + (f" to {until}" if until else "") + ".",
        )
        for number, one in enumerate(version.conditions, 1):
            said = self.words.condition(parse(one.when).root)
            head = self.headed(self.text(one.title), one.article)
            yield self.say(f"条件 {number}：{head}：{said}。", f"Condition {number}: {head}: {said}.")
        if version.amount is None:
            yield self.say("没有金额。", "No sum is given.")
        else:
            for part in version.amount.parts:
                yield self.part(part)
            yield from self.bounds(version)
        if version.limit:
            yield self.limited(version.limit)

    def part(self, part: AmountPart) -> str:
        of = self.words.condition(parse(part.of).root) if part.of else ""
        if part.fixed is not None:
            said = self.money(part.fixed)
        elif part.share is not None:
            said = self.say(f"{of}的 {self.named(part.share)}", f"{self.named(part.share)} of {of}")
        elif part.each is not None:
            said = self.say(
                f"{of}每 1 给 {self.money(part.each)}", f"{self.money(part.each)} for each of {of}"
            )
        else:
            said = self.bands(part, of)
        if part.cap is not None:
            said += self.say(f"，最多 {self.money(part.cap)}", f", at most {self.money(part.cap)}")
        if part.when:
            held = self.words.condition(parse(part.when).root)
            said = self.say(f"{held}的，{said}", f"{said}, where {held}")
        head = self.headed(self.text(part.title), part.article)
        return self.say(f"金额：{head}：{said}。", f"Sum: {head}: {said}.")

    def headed(self, title: str, article: str) -> str:
        return title + self.say(f"（{article}）", f" ({article})") if article else title

    def bands(self, part: AmountPart, of: str) -> str:
        kind = self.words.attributes[part.of].kind if part.of and part.of in self.words.attributes else None
        said = self.say("；", "; ").join(self.band(band, kind == "money") for band in part.bands)
        how = self.say("分段计算", "slice by slice") if part.sliced else self.say("按所在档", "by its band")
        return self.say(f"按{of}{how}：{said}", f"by {of}, {how}: {said}")

    def band(self, band: Band, money: bool) -> str:
        given = band.share if band.share is not None else self.money(band.fixed or 0)
        if band.upto is None:
            return self.say(f"其余 {given}", f"beyond {given}")
        upto = self.money(band.upto) if money else f"{band.upto:,}"
        return self.say(f"{upto}以内 {given}", f"up to {upto} {given}")

    def bounds(self, version: Version) -> Iterator[str]:
        amount = version.amount
        assert amount is not None
        if amount.cap is not None:
            yield self.say(
                f"合计最多 {self.money(amount.cap)}。", f"At most {self.money(amount.cap)} in all."
            )
        if amount.least is not None:
            yield self.say(
                f"合计最少 {self.money(amount.least)}。", f"At least {self.money(amount.least)} in all."
            )

    def limited(self, limit: Limit) -> str:
        most = []
        if limit.quota is not None:
            most.append(self.say(f"名额 {self.number(limit.quota)}", f"{self.number(limit.quota)} places"))
        if limit.budget is not None:
            most.append(self.say(f"总额 {self.money(limit.budget)}", f"{self.money(limit.budget)} together"))
        order = self.say("、", ", ").join(self.ordered(name) for name in limit.order)
        short = self.say(*_WHEN_SHORT[limit.when_short])
        return self.say(
            f"限制：{'，'.join(most)}；先后：{order}；不够时{short}。",
            f"Limit: {', '.join(most)}; first come by {order}; where it does not suffice, {short}.",
        )

    def ordered(self, name: str) -> str:
        plain = name.removeprefix("-")
        attribute = self.words.attributes.get(plain)
        title = self.text(attribute.title) if attribute else plain
        day, falling = attribute is not None and attribute.kind == "date", name != plain
        chinese = ("晚" if falling else "早") if day else ("高" if falling else "低")
        english = ("latest" if falling else "earliest") if day else ("highest" if falling else "lowest")
        return self.say(f"{title}{chinese}者", f"the {english} {title}")

    def links(self) -> Iterator[str]:
        for other in self.policy.requires:
            yield self.say(f"须先享受“{self.called(other)}”。", f"Only with “{self.called(other)}”.")
        for exclusion in self.policy.exclusions:
            others = [
                one.id
                for one in self.among.policies.values()
                if one.id != self.policy.id and any(e.group == exclusion.group for e in one.exclusions)
            ]
            if others:
                named = self.say("、", ", ").join(f"“{self.called(one)}”" for one in others)
                yield self.say(
                    f"与{named}只享受其一，次序 {exclusion.rank}。",
                    f"One only with {named}; rank {exclusion.rank}.",
                )

    def called(self, policy: str) -> str:
        known = self.among.policies.get(policy)
        return self.text(known.title) if known else policy

    def money(self, value: int | str) -> str:
        return self.named(value) if isinstance(value, str) else yuan_words(value, english=self.words.english)

    def number(self, value: int | str) -> str:
        return self.named(value) if isinstance(value, str) else f"{value:,}"

    def named(self, value: str) -> str:
        return self.words.condition(parse(value).root) if value in self.policy.parameters else value
