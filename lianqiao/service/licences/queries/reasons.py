"""Why a licence was not renewed, in words: the condition with its article, or the paper that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lianqiao.engine.licences.reading import LicenceKinds
from lianqiao.engine.licences.shape import LicenceKind

LAPSED = {
    "zh-hans": "有效期已经届满，尚未作出是否延续的决定。",
    "en": "The term ended before anybody decided on the renewal.",
}
FAILS = {"zh-hans": "不满足：{}（{}）", "en": "Not met: {} ({})"}
UNUSABLE = {
    "zh-hans": "{}：现有的说法互相矛盾或不能使用，须先查明",
    "en": "{}: what is known disagrees or cannot be used; find out first",
}
LACKS = {"zh-hans": "缺少：{}", "en": "Missing: {}"}


class Reason(NamedTuple):
    """One reason: its words, and the article it rests on, "" for a paper."""

    words: str
    article: str


def reasons(
    kind: LicenceKind, kinds: LicenceKinds, finding: Mapping[str, Any], *, language: str
) -> list[Reason]:
    """Return each condition that does not hold and each paper that is missing, a paper once."""
    titles = {one.id: one for one in kind.conditions}
    found = [
        Reason(titles[name].title.in_language(language), titles[name].article)
        for name in finding.get("conditions", ())
        if name in titles
    ]
    unusable = finding.get("unusable", ())
    papers = dict.fromkeys(
        _unusable(paper, language) if name in unusable else paper
        for name in finding.get("papers", ())
        for paper in (paper_of(kind, kinds, name, language),)
    )
    return [*found, *(Reason(paper, "") for paper in papers)]


def _unusable(paper: str, language: str) -> str:
    return UNUSABLE["en" if language.startswith("en") else "zh-hans"].format(paper)


def paper_of(kind: LicenceKind, kinds: LicenceKinds, attribute: str, language: str) -> str:
    """Return what the paper that shows an attribute is called."""
    found = kinds.attributes_of(kind).get(attribute)
    if found is None:
        return attribute
    return (found.proof or found.title).in_language(language)


def reason_text(kind: LicenceKind, kinds: LicenceKinds, finding: Mapping[str, Any], *, language: str) -> str:
    """Return the whole finding as lines of text."""
    name = "en" if language.startswith("en") else "zh-hans"
    lines = [LAPSED[name]] if finding.get("lapsed") else []
    for reason in reasons(kind, kinds, finding, language=language):
        lines.append(
            FAILS[name].format(reason.words, reason.article)
            if reason.article
            else LACKS[name].format(reason.words)
        )
    return "\n".join(lines)
