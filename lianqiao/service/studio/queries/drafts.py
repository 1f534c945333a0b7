"""What is in a draft: the promise it is, what is wrong and on which line, what it changes in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lianqiao.bridge import packs
from lianqiao.bridge.queries.publications import checked
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.pack import Pack
from lianqiao.engine.words import describe
from lianqiao.service.drafting.queries import PLACE, Change, Checked, compared, faults_of


@dataclass(frozen=True)
class CheckedPromise(Checked):
    """What a text is: the promise, None where it is none yet, and what is wrong."""

    mechanism: Mechanism | None


def checked_text(text: str) -> CheckedPromise:
    """Return what a text is, checked beside all that is served."""
    return _checked(text, packs.current())


# pages, the API and the publishing of one text ask in one breath
@lru_cache(maxsize=32)
def _checked(text: str, pack: Pack) -> CheckedPromise:
    mechanism, problems = checked(text, place=PLACE)
    return CheckedPromise(faults_of(text, problems), mechanism)


def changes(before: Mechanism | None, after: Mechanism, language: str) -> list[Change]:
    """Return what a version says, each sentence marked as the same, gone or new."""
    old = describe(before, language) if before else []
    return compared(old[1:], describe(after, language)[1:])
