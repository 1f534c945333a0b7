"""Check what a promise has looked for in its files: against formats, other fields, the pack."""

from __future__ import annotations

from lianqiao.engine.check_report import Path, Report
from lianqiao.engine.errors import Problem
from lianqiao.engine.file_checks import Within
from lianqiao.engine.mechanism import CaseField
from lianqiao.engine.nearest import meant
from lianqiao.engine.pack import Pack
from lianqiao.engine.places import place

# the formats each kind of check can read
TEXTS = ("pdf", "docx", "txt")
FILMS = ("mp4", "mov", "mkv")


def check_file_check(report: Report, name: str, field: CaseField) -> None:
    """Report a check that no format of the field can come to, and names in it that are none."""
    check, path = field.check, ("fields", name, "check")
    if check is None or field.type != "file":
        return
    if check.text is None and check.film is None:
        report.add("key-needed", "a check says what is looked for", path, "add a table “text” or “film”")
    if check.text:
        _formats(report, field, TEXTS, (*path, "text"))
        _bounds(report, check.text.characters, (*path, "text", "characters"))
        if check.text.episodes:
            _number(report, check.text.episodes, (*path, "text", "episodes"))
    if check.film:
        _formats(report, field, FILMS, (*path, "film"))
        _bounds(report, check.film.seconds, (*path, "film", "seconds"))
        for factor in check.film.minutes_of:
            _number(report, factor, (*path, "film", "minutes_of"))


def check_word_lists(pack: Pack) -> list[Problem]:
    """Return a problem for each word list a check names and the pack lacks."""
    problems = []
    for key, mechanism in pack.mechanisms.items():
        for name, field in mechanism.fields.items():
            wanted = field.check.text.words if field.check and field.check.text else ()
            for one in wanted:
                if one not in pack.word_lists:
                    where = place(pack.files[key], "fields", name, "check", "text", "words")
                    hint = meant(one, tuple(pack.word_lists), what="known word lists")
                    reason = f"the pack has no word list “{one}”"
                    problems.append(Problem("unknown-word-list", reason, place=where, hint=hint))
    return problems


def _formats(report: Report, field: CaseField, readable: tuple[str, ...], path: Path) -> None:
    if not set(field.formats) & set(readable):
        reason = f"no file of this field can be looked over so: it takes {', '.join(field.formats)}"
        report.add("check-never-applies", reason, path, f"add one of: {', '.join(readable)}")


def _bounds(report: Report, within: Within | None, path: Path) -> None:
    if within and None not in (within.least, within.most) and (within.least or 0) > (within.most or 0):
        reason = f"nothing is at least {within.least} and at most {within.most}"
        report.add("bounds-crossed", reason, (*path, "least"), "swap least and most")


def _number(report: Report, name: str, path: Path) -> None:
    fields = report.mechanism.fields
    if report.known("field", name, fields, path) and fields[name].type != "integer":
        numbers = [other for other, field in fields.items() if field.type == "integer"]
        reason = f"“{name}” is of type {fields[name].type}, a whole number is needed"
        report.add("check-not-number", reason, path, meant(name, numbers, what="whole numbers"))
