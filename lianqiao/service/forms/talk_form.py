"""The box for a message on a case: what was typed, the files received, and what is wrong with them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Problem
from lianqiao.engine.side_acts import LONGEST_NOTE
from lianqiao.service.forms.uploads import File, file_key


@dataclass
class TalkForm:
    """A message being written; `once` is the token that lets it be sent once."""

    text: str = ""
    files: list[File] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    limit: int = LONGEST_NOTE
    once: str = field(default_factory=lambda: uuid.uuid4().hex)

    def refused(self, problems: Iterable[Problem]) -> TalkForm:
        """Keep what is wrong, in words."""
        self.errors += [refusal_text(problem) for problem in problems]
        return self

    @property
    def kept(self) -> list[tuple[str, File]]:
        return [(file_key(file), file) for file in self.files]
