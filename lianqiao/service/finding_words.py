"""Hints about a file in words: what stands out, where, and what was measured at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext_lazy

from lianqiao.engine.file_checks import FileCheck
from lianqiao.engine.file_findings import Finding, Spot
from lianqiao.service.language import in_words, listed_words

Facts = Mapping[str, Any]
FEW_SPOTS = 3

UNREADABLE = {
    "damaged": gettext_noop("it is damaged, cut off, or not what its type says"),
    "encrypted": gettext_noop("it asks for a password"),
    "too-large": gettext_noop("it unpacks to more than is read"),
    "picture-too-large": gettext_noop("its picture is larger than 8K"),
    "no-picture": gettext_noop("it has no picture"),
    "memory": gettext_noop("it needs more memory than a file may"),
    "time": gettext_noop("it takes longer than a file may"),
    "crashed": gettext_noop("the reader broke on it"),
}
# most are one sentence with the facts put in
SENTENCES = {
    "text-short": gettext_noop("%(found)s characters; at least %(wanted)s are usual"),
    "text-long": gettext_noop("%(found)s characters; at most %(wanted)s are usual"),
    "text-none": gettext_noop("No text can be read in it: perhaps a scan. Look at it yourself"),
    "episodes-unmarked": gettext_noop("No episode headings such as 第1集 were found; %(wanted)s were filed"),
    "film-short": gettext_noop("The film lasts %(found)s seconds; at least %(wanted)s are expected"),
    "film-long": gettext_noop("The film lasts %(found)s seconds; at most %(wanted)s are expected"),
    "film-cut-short": gettext_noop(
        "It says it lasts %(seconds)s seconds, but can be read for %(read_s)s only"
    ),
    "film-faults": gettext_noop("It has %(faults)s damaged places that were passed over"),
    "film-total": gettext_noop(
        "All the files last %(minutes)s minutes together; what was filed comes to %(wanted)s"
    ),
    "picture-small": gettext_noop(
        "The picture has %(width)s × %(height)s pixels; its shorter side should have %(wanted)s"
    ),
    "picture-shape": gettext_noop("The picture is shown as %(shape)s; expected is %(wanted)s"),
    "video-codec": gettext_noop("The picture is coded as %(codec)s; expected is %(wanted)s"),
    "audio-codec": gettext_noop("The sound is coded as %(codec)s; expected is %(wanted)s"),
    "sound-none": gettext_noop("The film has no sound"),
    "sound-loud": gettext_noop("Loudness %(lufs)s LUFS: louder than %(wanted)s ± %(tolerance)s"),
    "sound-quiet": gettext_noop("Loudness %(lufs)s LUFS: quieter than %(wanted)s ± %(tolerance)s"),
    "sound-peak": gettext_noop("True peak %(peak)s dBTP: above %(wanted)s"),
    "sound-range": gettext_noop("Loudness range %(range)s LU: wider than %(wanted)s"),
}


@dataclass(frozen=True)
class SpotShown:
    """A place in a file: a page or a time, and the word found there between its neighbours."""

    where: str
    before: str = ""
    word: str = ""
    after: str = ""


@dataclass(frozen=True)
class FindingShown:
    """One hint in the active language."""

    code: str
    words: str
    spots: tuple[SpotShown, ...]

    @property
    def inline(self) -> str:
        """The places, where they are few and need no room; "" otherwise."""
        if not self.spots or len(self.spots) > FEW_SPOTS or any(spot.word for spot in self.spots):
            return ""
        return listed_words(spot.where for spot in self.spots)


def finding_shown(finding: Finding, check: FileCheck) -> FindingShown:
    """Return the hint in the active language."""
    unit = str(finding.facts.get("unit", ""))
    spots = tuple(_spot(spot, unit) for spot in finding.spots)
    return FindingShown(finding.code, _words(finding, check), spots)


def measured_words(report: Facts) -> str:
    """Return what was measured in a file, in one line: so that nothing standing out also says something."""
    if "video" in report:
        return " · ".join(_film_measures(report))
    if "pieces" in report:
        parts = [_("%(count)s characters") % {"count": report["characters"]}]
        if report["episodes"]:
            parts.append(_("%(count)s episodes") % {"count": len(report["episodes"])})
        return " · ".join(parts)
    return ""


def time_code(seconds: float) -> str:
    """Return a time in a film: 1:05, or 1:02:05 in long ones."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _film_measures(report: Facts) -> list[str]:
    video = report["video"]
    parts = [time_code(report["seconds"]), f"{video['width']} × {video['height']}", video["codec"]]
    if report["audio"]:
        parts.append(report["audio"]["codec"])
    if report["lufs"] is not None:
        parts.append(f"{report['lufs']:.1f} LUFS")
    if report["peak_dbtp"] is not None:
        parts.append(f"{report['peak_dbtp']:.1f} dBTP")
    return parts


def _words(finding: Finding, check: FileCheck) -> str:
    facts = {name: _plain(value) for name, value in finding.facts.items()}
    if made := _MADE.get(finding.code):
        return made(finding.facts, check)
    return _(SENTENCES[finding.code]) % facts


def _unreadable(facts: Facts, check: FileCheck) -> str:
    return _("It could not be read: %(reason)s") % {"reason": _(UNREADABLE[facts["reason"]])}


def _part(facts: Facts, check: FileCheck) -> str:
    title = in_words(check.text.parts[facts["part"]].title) if check.text else facts["part"]
    return _("No heading was found for: %(part)s") % {"part": title}


def _episodes(facts: Facts, check: FileCheck) -> str:
    words = _("Headings for %(found)s episodes were found, %(wanted)s were filed") % facts
    if facts["missing"]:
        words += _("; missing: %(missing)s") % {"missing": listed_words(map(str, facts["missing"]))}
    return words


def _found_words(facts: Facts, check: FileCheck) -> str:
    said = listed_words(f"{word} × {count}" for word, count in facts["words"].items())
    return _("Words worth a look: %(words)s") % {"words": said}


def _stretches(sentence: Any) -> Callable[[Facts, FileCheck], str]:
    def words(facts: Facts, check: FileCheck) -> str:
        return str(sentence % {"n": facts["count"], "most": _plain(facts["most"])})

    return words


_MADE: dict[str, Callable[[Facts, FileCheck], str]] = {
    "unreadable": _unreadable,
    "part-missing": _part,
    "episodes-differ": _episodes,
    "words-found": _found_words,
    "film-black": _stretches(
        ngettext_lazy(
            "The picture is black for longer than %(most)s seconds in %(n)s place",
            "The picture is black for longer than %(most)s seconds in %(n)s places",
            "n",
        )
    ),
    "film-frozen": _stretches(
        ngettext_lazy(
            "The picture stands still for longer than %(most)s seconds in %(n)s place",
            "The picture stands still for longer than %(most)s seconds in %(n)s places",
            "n",
        )
    ),
    "film-silent": _stretches(
        ngettext_lazy(
            "It is silent for longer than %(most)s seconds in %(n)s place",
            "It is silent for longer than %(most)s seconds in %(n)s places",
            "n",
        )
    ),
}


def _spot(spot: Spot, unit: str) -> SpotShown:
    if spot.until is not None:
        return SpotShown(f"{time_code(spot.at)} – {time_code(spot.until)}")
    number = {"n": int(spot.at)}
    where = {
        "page": _("page %(n)s") % number,
        "paragraph": _("paragraph %(n)s") % number,
        "line": _("line %(n)s") % number,
    }
    return SpotShown(where.get(unit, str(number["n"])), spot.before, spot.word, spot.after)


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}" if value == int(value) else f"{value:.1f}"
    if isinstance(value, tuple | list):
        return listed_words(map(str, value))
    return str(value)
