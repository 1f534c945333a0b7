"""Answers as people look them up: searched by the words of the question, the likest while one types."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from lianqiao.bridge import packs
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import cases_under
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.likeness import alike
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.search_terms import Thesaurus, weigh
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.drug.models import Answer, AnswerTaken
from lianqiao.service.item_import.pack_files import synonyms_of

PROPOSED, IN_FORCE, REPLACED, DECLINED, WITHDRAWN = (
    "proposed", "in-force", "replaced", "declined", "withdrawn",
)  # fmt: skip
# answers are looked over this long before their day
REMIND_BEFORE = timedelta(days=30)
# compared while one types: as many as are read in a blink
COMPARED = 2000
SHOWN_ALIKE = 4
DUE = "due"


@dataclass(frozen=True)
class LikeAnswer:
    """An answer like what is typed; `share` is how much of the typing its question holds, in hundredths."""

    answer: Answer
    share: int
    words: tuple[str, ...]


def keeping() -> list[Mechanism]:
    """Return the promises whose answers are kept."""
    return [one for one in packs.current().newest_versions.values() if one.knowledge]


def keeps_answers(person: Person, *, at: datetime) -> bool:
    """True for holders of a duty in a promise whose answers are kept: they write and check them."""
    duties = {role.duty for one in keeping() for role in one.roles.values() if role.duty}
    return person.is_active and bool(duties & organization.duties_of(person.pk, at=at))


def answers(*, state: str = IN_FORCE, today: date) -> QuerySet[Answer]:
    """Return answers in a state; `due` for those in force whose day of review is near, "" for all."""
    found = Answer.objects.select_related("drafted_by", "approved_by").order_by("-drafted_at", "-pk")
    if state == DUE:
        due = found.filter(state=IN_FORCE, review_on__lte=today + REMIND_BEFORE)
        return due.order_by("review_on", "pk")
    return found.filter(state=state) if state else found


def found_answers(found: QuerySet[Answer], text: str) -> list[Answer]:
    """Return those that hold enough of the question typed, best first; the pack's synonyms count."""
    question = Thesaurus(synonyms_of(packs.current())).read(text)
    rows = {row.pk: row for row in found[:COMPARED]}
    held = {key: (row.question_terms.split(), row.terms.split()) for key, row in rows.items()}
    counts = Counter(term for _, every in held.values() for term in set(every))
    scale = weigh(question, counts, max(1, len(rows)))
    scored = [(scale.score(*held[key]), key) for key in rows]
    return [
        rows[key] for score, key in sorted(scored, key=lambda one: (-one[0], one[1])) if score >= scale.enough
    ]


def answers_like(mechanism_id: str, text: str, *, but: int = 0) -> list[LikeAnswer]:
    """Return the answers in force to questions of a promise like the one typed; one database query."""
    if not text.strip():
        return []
    rows = Answer.objects.filter(state=IN_FORCE, mechanism=mechanism_id).exclude(pk=but)
    known = {str(row.pk): row for row in rows.order_by("-pk")[:COMPARED]}
    likes = alike(text, {key: row.question for key, row in known.items()}, most=SHOWN_ALIKE)
    return [LikeAnswer(known[one.key], one.share, one.words) for one in likes]


def answer_for(answer_id: int, person: Person, *, at: datetime) -> Answer:
    """Return an answer: in force to everyone, else to those who keep them; refuses `unknown-answer`."""
    found = Answer.objects.select_related("drafted_by", "approved_by", "case", "series")
    one = found.filter(pk=answer_id).first()
    if one is None or (one.state != IN_FORCE and not keeps_answers(person, at=at)):
        raise unknown_answer(answer_id)
    return one


def versions_of(answer: Answer) -> list[Answer]:
    """Return every version of an answer, the newest first."""
    first = answer.series_id or answer.pk
    rows = Answer.objects.select_related("drafted_by", "approved_by")
    return list((rows.filter(pk=first) | rows.filter(series_id=first)).order_by("-version"))


def in_force_of(answer: Answer) -> Answer | None:
    """Return the version of an answer that is in force."""
    return next((one for one in versions_of(answer) if one.state == IN_FORCE), None)


def not_taken() -> QuerySet[Case]:
    """Return the inquiries that ended with an answer nobody has looked at yet, oldest first."""
    ids = [one.id for one in keeping()]
    ended = cases_under(ids[0]) if ids else cases_under("")
    for one in ids[1:]:
        ended = ended | cases_under(one)
    taken = AnswerTaken.objects.values("case_id")
    return ended.filter(outcome="granted").exclude(pk__in=taken).order_by("pk")


def due_count(*, today: date) -> int:
    """Return how many answers are due to be looked at again."""
    return answers(state=DUE, today=today).count()


def unknown_answer(answer_id: int) -> Refusal:
    """Return the refusal for an answer that is not there or not in force."""
    return refuse("unknown-answer", f"there is no answer {answer_id} for you", hint="search for it")
