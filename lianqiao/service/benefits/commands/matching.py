"""All parties matched with the rules, chunk by chunk; what changed is written down with what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from lianqiao.engine.beijing import beijing
from lianqiao.organization.models import Person
from lianqiao.service.benefits.commands.from_records import take_from_records
from lianqiao.service.benefits.commands.person_notices import tell_of_found
from lianqiao.service.benefits.commands.recording import note_known_problems
from lianqiao.service.benefits.models import Decision, MatchRun, RuleBook
from lianqiao.service.benefits.parties import Kind
from lianqiao.service.benefits.queries.everyone import keys_to_match, party_count, permitted
from lianqiao.service.benefits.queries.facts import columns_of
from lianqiao.service.benefits.queries.lines import line_of
from lianqiao.service.benefits.queries.matching import Found, Matcher
from lianqiao.service.benefits.queries.rules import Book, book_of

PARTIES_AT_ONCE = 1000
ROWS_AT_ONCE = 500
Told = Callable[[int, int], None]


def keep_book(book: Book, *, now: datetime) -> RuleBook:
    """Write the rules down once, and return where they stand."""
    body, digest = book.body, book.digest
    return RuleBook.objects.get_or_create(digest=digest, defaults={"body": body, "at": now})[0]


def begin_run(kind: Kind, *, by: Person | None, now: datetime) -> MatchRun:
    """Begin a matching of all parties of a kind with today's rules. Raises Refusal as `binding.bind`."""
    rules = keep_book(book_of(kind, now), now=now)
    return MatchRun.objects.create(kind=kind, day=beijing(now).date(), rules=rules, by=by, begun_at=now)


def match_all(run: MatchRun, *, now: datetime, told: Told | None = None) -> MatchRun:
    """Match the parties a run has not done yet; `told` hears how many of how many are done, and may raise.

    Each chunk is written with the run's cursor in one transaction: killed and begun again, it goes on there.
    """
    kind: Kind = "firm" if run.kind == "firm" else "person"
    book = book_of(kind, now)
    if keep_book(book, now=now).pk != run.rules_id:
        # the rules were changed while it ran: everybody is matched with the new ones
        run.rules, run.cursor, run.parties, run.changed = keep_book(book, now=now), 0, 0, 0
    matcher, total = Matcher(book), party_count(kind)
    while keys := keys_to_match(kind, after=run.cursor, size=PARTIES_AT_ONCE):
        with transaction.atomic():
            run.changed += match_some(matcher, keys, run=run, now=now)
            run.cursor, run.parties = keys[-1], run.parties + len(keys)
            run.save()
        if told:
            told(min(run.parties, total), total)
    for name in book.rules.rules:
        place_in_line(book, name, now=now)
    run.ended_at = now
    run.save()
    return run


def match_some(
    matcher: Matcher,
    keys: Collection[int],
    *,
    run: MatchRun | None,
    now: datetime,
    rules: RuleBook | None = None,
) -> int:
    """Match some parties now and write down what changed; returns how many decisions are new.

    Of people only those are looked at who permit it; what was found of the others before is found no longer.
    """
    book, asked = matcher.book, list(keys)
    if book.kind == "person":
        asked = sorted(permitted(keys))
        take_from_records(asked, book.rules.attributes, now=now)
    table, known = columns_of(book.kind, asked, book.rules.day, attributes=book.rules.attributes)
    note_known_problems(book.kind, known, None, now=now)
    column = f"{book.kind}_id"
    before = {
        (getattr(one, column), one.policy): one
        for one in Decision.objects.filter(current=True, **{f"{column}__in": list(keys)})
    }
    found = {(one.party, one.policy): one for one in matcher.found(table, known)}
    written = rules or (run.rules if run else keep_book(book, now=now))
    new = [
        _decision(book, one, before.get(key), run=run, rules=written, now=now)
        for key, one in found.items()
        if not _same(before.get(key), one, book)
    ]
    new += [
        _gone(book, one, run=run, rules=written, now=now)
        for key, one in before.items()
        if key not in found and one.verdict != "no"
    ]
    _write(new, before, column)
    if run is not None:
        tell_of_found(new, book, now=now)
    return len(new)


def _same(before: Decision | None, found: Found, book: Book) -> bool:
    return before is not None and (
        (before.verdict, before.fen, before.how, tuple(before.lacks), before.policy_digest)
        == (found.verdict, found.fen, found.how, found.lacks, book.digests[found.policy])
    )


def _decision(
    book: Book, found: Found, before: Decision | None, *, run: MatchRun | None, rules: RuleBook, now: datetime
) -> Decision:
    return Decision(
        **{f"{book.kind}_id": found.party},
        policy=found.policy,
        policy_digest=book.digests[found.policy],
        verdict=found.verdict,
        before=before.verdict if before else "",
        how=found.how,
        lacks=list(found.lacks),
        fen=found.fen,
        facts=found.facts,
        facts_digest=found.digest,
        rules=rules,
        run=run,
        day=book.rules.day,
        at=now,
    )


def _gone(book: Book, before: Decision, *, run: MatchRun | None, rules: RuleBook, now: datetime) -> Decision:
    """Return the decision that a party no longer has or nears a policy."""
    key = before.firm_id or before.person_id or 0
    found = Found(key, before.policy, "no", None, before.facts)
    digests = {before.policy: before.policy_digest} | book.digests
    book = Book(book.kind, book.policies, book.rules, digests)
    return _decision(book, found, before, run=run, rules=rules, now=now)


def _write(new: list[Decision], before: dict[tuple[int, str], Decision], column: str) -> None:
    replaced = [before[key].pk for one in new if (key := (getattr(one, column), one.policy)) in before]
    for start in range(0, len(replaced), ROWS_AT_ONCE):
        Decision.objects.filter(pk__in=replaced[start : start + ROWS_AT_ONCE]).update(current=False)
    Decision.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)


def place_in_line(book: Book, policy: str, *, now: datetime) -> int:
    """Write down how parties come out where a policy is limited; returns how many were placed."""
    if book.rules.rules[policy].limit is None:
        return 0
    line = line_of(book, policy)
    placed = []
    # who is open has no place yet
    decided = [key for key, grant in line.items() if grant.standing != "open"]
    places = {key: place for place, key in enumerate(decided, 1)}
    for one in Decision.objects.filter(policy=policy, current=True, verdict="yes"):
        key = one.firm_id or one.person_id or 0
        if key not in line:
            continue
        one.standing, one.line_fen, one.place = line[key].standing, line[key].fen, places.get(key)
        placed.append(one)
    Decision.objects.bulk_update(placed, ["standing", "line_fen", "place"], batch_size=ROWS_AT_ONCE)
    return len(placed)


def match_now(kind: Kind, keys: Iterable[int], *, now: datetime) -> int:
    """Match some parties at once, as when one of their facts came in; returns how many decisions are new."""
    try:
        with transaction.atomic():
            return match_some(Matcher(book_of(kind, now)), list(keys), run=None, now=now)
    except IntegrityError:
        # somebody else has just decided the same
        return 0
