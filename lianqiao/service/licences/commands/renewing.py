"""The night's renewal: what nears its end is found, checked in bulk, renewed, or passed on with the reason.

Every piece is one transaction: the head of the chain is held, the licences are locked and looked at again,
decisions, e-licences and words to holders are written together. Killed between two pieces, the next run finds
the rest; killed inside one, that piece has not happened. A second run at the same time finds nothing twice.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.licences.credential import Issuer, Signer
from lianqiao.engine.licences.reading import LicenceKinds
from lianqiao.engine.licences.shape import LicenceKind
from lianqiao.engine.policy.bulk import match
from lianqiao.engine.policy.columns import FactTable, PartyFacts
from lianqiao.engine.policy.explaining import Explainer
from lianqiao.engine.policy.reading import digest
from lianqiao.service.licences.commands.chaining import Decided, held_head, write_decisions
from lianqiao.service.licences.commands.issuing import made_out
from lianqiao.service.licences.commands.keys import signer
from lianqiao.service.licences.commands.letting_know import let_know, let_know_of_all
from lianqiao.service.licences.commands.passing_on import ForAPerson, pass_on
from lianqiao.service.licences.models import Credential, Decision, Head, Licence, Night, Word
from lianqiao.service.licences.queries.facts import DUE_COLUMNS, Due, facts_for
from lianqiao.service.licences.queries.keys import issuer

AT_ONCE = 1000
# how long after its end a licence is still passed on to a person
PASSED_ON_FOR = timedelta(days=60)
Told = Callable[[int, int], None]


def run_night(night: Night, *, now: datetime, told: Told = lambda done, total: None) -> Night:
    """Look at the whole register as of `now`; returns the night with what came of it.

    `told` hears how many of those near their end were looked at. Done again it does only what is left.
    """
    began = time.monotonic()
    run = _Run(packs.current().licences, now=now, night=night, told=told)
    run.lapse()
    let_know_of_all(now=now)
    for kind in run.kinds.kinds.values():
        _OfKind(run, kind).run()
    tally = run.tally
    night.registered = Licence.objects.filter(state="valid").count()
    for name in ("near", "renewed", "failed", "missing", "opened", "unassigned", "lapsed"):
        # a night taken up again adds to what it had done before it was killed
        kept = 0 if name in ("near", "failed", "missing", "unassigned") else getattr(night, name)
        setattr(night, name, kept + tally[name])
    night.ended_at, night.took_ms = now, int((time.monotonic() - began) * 1000)
    night.save()
    return night


@dataclass
class _Run:
    """What every kind of one run shares."""

    kinds: LicenceKinds
    now: datetime
    night: Night
    told: Told
    tally: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.day = beijing(self.now).date()
        self.calendar = packs.calendar(self.now)
        self.signer: Signer = signer(now=self.now)
        self.issuer: Issuer = issuer()

    def lapse(self) -> None:
        """End what is past its last day, and say so; what nobody has is passed on."""
        while rows := _due(Licence.objects.filter(state="valid", valid_until__lt=self.day)[:AT_ONCE]):
            with transaction.atomic():
                head = held_head()
                still = Licence.objects.select_for_update().filter(
                    pk__in=[row.id for row in rows], state="valid", valid_until__lt=self.day
                )
                ended = set(still.order_by("pk").values_list("pk", flat=True))
                body = {"by": "rule", "night": self.night.pk}
                left = [row for row in rows if row.id in ended]
                write_decisions(
                    head, [Decided(row.id, row.valid_until, "lapsed", body) for row in left], now=self.now
                )
                Word.objects.bulk_create(self.word(row, "lapsed") for row in left)
                Licence.objects.filter(pk__in=[row.id for row in left]).update(state="lapsed")
                self.let_know(ended)
            self.tally["lapsed"] += len(left)
        # those of other nights too, where nobody was on duty then
        ended_here = Decision.objects.filter(
            licence=OuterRef("pk"), outcome="lapsed", until=OuterRef("valid_until")
        )
        nobody_has = Licence.objects.filter(
            state="lapsed",
            opted_out_at=None,
            valid_until__gte=self.day - PASSED_ON_FOR,
            valid_until__lt=self.day,
        ).filter(Q(case_until=None) | ~Q(case_until=F("valid_until")), Exists(ended_here))
        ends = nobody_has.order_by("pk").values_list("pk", "valid_until")
        self.hand_on([ForAPerson(pk, until, {"lapsed": True}) for pk, until in ends])

    def let_know(self, ended: set[int]) -> None:
        """Let policies know who holds none any more."""
        firms: defaultdict[str, set[int]] = defaultdict(set)
        for kind, firm in Licence.objects.filter(pk__in=ended).values_list("kind", "firm_id"):
            firms[kind].add(firm)
        for kind, some in firms.items():
            let_know(kind, some, now=self.now)

    def word(self, row: Due, kind: str, **facts: Any) -> Word:
        return Word(
            licence_id=row.id, firm_id=row.firm_id, kind=kind, until=row.valid_until, facts=facts,
            at=self.now, mail_at=self.now,
        )  # fmt: skip

    def hand_on(self, found: Sequence[ForAPerson]) -> None:
        """Open a case for a person for each, unless there is one for this term."""
        self.tally.update(pass_on(found, now=self.now))


class _OfKind:
    """One kind of licence in one run."""

    def __init__(self, run: _Run, kind: LicenceKind) -> None:
        self.run_of, self.kind, self.tally = run, kind, run.tally
        self.rules = run.kinds.rules(kind.id, run.day, calendar=run.calendar)
        self.rule = digest(kind.policy)
        self.last = kind.looked_at_until(run.day, run.calendar)
        self.person_until = kind.person_until(run.day, run.calendar)
        self.explainer = Explainer(self.rules)

    def run(self) -> None:
        """Look at every licence of the kind that nears its end."""
        if self.kind.id not in self.rules.rules:
            return
        for rows in self.pieces():
            table = facts_for(self.kind, self.run_of.kinds, rows, on=self.run_of.day)
            verdicts = match(self.rules, table)
            yes, unknown = verdicts.is_yes(self.kind.id), verdicts.is_unknown(self.kind.id)
            good = [at for at in range(len(rows)) if yes[at]]
            self.renew(rows, table, good)
            self.hold_up(rows, table, [at for at in range(len(rows)) if not yes[at]], unknown.tolist())
            self.tally["near"] += len(rows)
            self.run_of.told(self.tally["near"], 0)
        self.remind()

    def pieces(self) -> Iterator[list[Due]]:
        """Yield what is near its end and not with a person, in order of the last day."""
        found = Licence.objects.filter(
            kind=self.kind.id, state="valid", valid_until__gte=self.run_of.day, opted_out_at=None
        ).filter(Q(case_until=None) | ~Q(case_until=F("valid_until")))
        after, last_id = self.run_of.day, 0
        while True:
            # the window is one range of the index, which no condition on two columns would be
            beyond = found.filter(valid_until__gte=after, valid_until__lte=self.last)
            rest = beyond.exclude(valid_until=after, pk__lte=last_id)
            rows = _due(rest.order_by("valid_until", "pk")[:AT_ONCE])
            if not rows:
                return
            yield rows
            after, last_id = rows[-1].valid_until, rows[-1].id

    def renew(self, rows: Sequence[Due], table: FactTable, good: Sequence[int]) -> None:
        """Renew those whose conditions hold, after another look under lock."""
        if not good:
            return
        run = self.run_of
        with transaction.atomic():
            head = held_head()
            ids = [rows[at].id for at in good]
            locked = Licence.objects.select_for_update().filter(pk__in=ids, state="valid", opted_out_at=None)
            still = dict(locked.order_by("pk").values_list("pk", "valid_until"))
            left = [at for at in good if still.get(rows[at].id) == rows[at].valid_until]
            body = {"by": "rule", "rule": self.rule, "night": run.night.pk}
            how = Renewal(self.kind, body, run.signer, run.issuer, run.now)
            how.write(head, [(rows[at], seen(table.party(at))) for at in left])
        self.tally["renewed"] += len(left)

    def hold_up(
        self, rows: Sequence[Due], table: FactTable, others: Sequence[int], unknown: Sequence[bool]
    ) -> None:
        """Write down why each was not renewed, where that is news, and pass on what a person must see."""
        news: list[tuple[Due, str, dict[str, Any], PartyFacts]] = []
        passed: list[ForAPerson] = []
        for at in others:
            row, facts = rows[at], table.party(at)
            outcome = "missing" if unknown[at] else "failed"
            finding = self.finding(facts)
            self.tally[outcome] += 1
            if (row.standing, row.finding) != (outcome, finding):
                news.append((row, outcome, finding, facts))
            if outcome == "failed" or row.valid_until <= self.person_until:
                passed.append(ForAPerson(row.id, row.valid_until, finding))
        if news:
            self.note(news)
        self.run_of.hand_on(passed)

    def finding(self, facts: PartyFacts) -> dict[str, Any]:
        """Return the conditions that do not hold and the fewest papers that would decide it.

        `unusable` are those of the papers of which something is known that cannot be used.
        """
        found = self.explainer.explain(facts)[self.kind.id]
        against = [one.condition.id for one in found.conditions if one.step.verdict == "no"]
        papers = list(found.smallest[0].attributes) if found.smallest else list(found.missing)
        wanted = [] if against else papers
        unusable = [name for name in wanted if name in facts.notes]
        return {"conditions": against, "papers": wanted, **({"unusable": unusable} if unusable else {})}

    def note(self, news: Sequence[tuple[Due, str, dict[str, Any], PartyFacts]]) -> None:
        """Write down what is news, but of none that another run or a person has moved meanwhile."""
        run = self.run_of
        body = {"by": "rule", "rule": self.rule, "night": run.night.pk}
        with transaction.atomic():
            head = held_head()
            locked = Licence.objects.select_for_update().filter(pk__in=[row.id for row, *_ in news])
            were = locked.order_by("pk").values_list("pk", "valid_until", "standing", "finding")
            now_is = {pk: rest for pk, *rest in were}
            left = [one for one in news if now_is[one[0].id] == [*_as_read(one[0])]]
            decided = [
                Decided(row.id, row.valid_until, outcome, {**body, **finding, **seen(facts)})
                for row, outcome, finding, facts in left
            ]
            write_decisions(head, decided, now=run.now)
            Word.objects.bulk_create(run.word(row, outcome, **finding) for row, outcome, finding, _ in left)
            changed = [
                Licence(pk=row.id, standing=outcome, finding=finding, checked_at=run.now)
                for row, outcome, finding, _ in left
            ]
            Licence.objects.bulk_update(changed, ["standing", "finding", "checked_at"], batch_size=200)

    def remind(self) -> None:
        """Tell those who opted out, once a term, that theirs will end."""
        run = self.run_of
        silent = Licence.objects.filter(
            kind=self.kind.id, state="valid", opted_out_at__isnull=False,
            valid_until__gte=run.day, valid_until__lte=self.person_until,
        )  # fmt: skip
        told = Word.objects.filter(licence=OuterRef("pk"), kind="near", until=OuterRef("valid_until"))
        untold = silent.filter(~Exists(told))
        for rows in iter(lambda: _due(untold.order_by("pk")[:AT_ONCE]), []):
            Word.objects.bulk_create(run.word(row, "near") for row in rows)


@dataclass(frozen=True)
class Renewal:
    """How licences of one kind are renewed at one moment: who signs, and what every decision says."""

    kind: LicenceKind
    body: dict[str, Any]
    signer: Signer
    issuer: Issuer
    now: datetime

    def write(self, head: Head, renewed: Sequence[tuple[Due, dict[str, Any]]]) -> list[Credential]:
        """Renew locked licences, inside a transaction that holds the head; returns the e-licences."""
        made = [self.made_out(row) for row, _ in renewed]
        pairs = list(zip(renewed, made, strict=True))
        write_decisions(head, [self.decided(row, saw, one) for (row, saw), one in pairs], now=self.now)
        Credential.objects.bulk_create(made, batch_size=AT_ONCE)
        Word.objects.bulk_create((self.word(row, one) for (row, _), one in pairs), batch_size=AT_ONCE)
        by_end: defaultdict[date, list[int]] = defaultdict(list)
        for row, _ in renewed:
            by_end[row.valid_until].append(row.id)
        for until, ids in by_end.items():
            Licence.objects.filter(pk__in=ids).update(
                valid_from=until + timedelta(days=1),
                valid_until=self.kind.next_last_day(until),
                issued_on=beijing(self.now).date(),
                state="valid",
                standing="renewed",
                finding={},
                checked_at=self.now,
            )
        let_know(self.kind.id, {row.firm_id for row, _ in renewed}, now=self.now)
        return made

    def made_out(self, row: Due) -> Credential:
        return made_out(
            row,
            self.kind,
            valid_from=row.valid_until + timedelta(days=1),
            until=self.kind.next_last_day(row.valid_until),
            signer=self.signer,
            issuer=self.issuer,
            now=self.now,
        )

    def decided(self, row: Due, saw: dict[str, Any], one: Credential) -> Decided:
        told = {"new_until": one.until.isoformat(), "code": one.code, "kid": one.kid}
        return Decided(row.id, row.valid_until, "renewed", {**self.body, **saw, **told})

    def word(self, row: Due, one: Credential) -> Word:
        return Word(
            licence_id=row.id,
            firm_id=row.firm_id,
            kind="renewed",
            until=row.valid_until,
            facts={"new_until": one.until.isoformat()},
            at=self.now,
            mail_at=self.now,
        )


def seen(facts: PartyFacts) -> dict[str, Any]:
    """Return the facts a decision saw, with where each is from, as its body keeps them."""
    values = {
        name: list(value) if isinstance(value, tuple) else value for name, value in facts.values.items()
    }
    told: dict[str, Any] = {"facts": values, "absent": sorted(facts.absent), "sources": dict(facts.sources)}
    return told | ({"unusable": dict(facts.notes)} if facts.notes else {})


def _as_read(row: Due) -> tuple[date, str, dict[str, Any]]:
    return row.valid_until, row.standing, row.finding


def _due(found: Any) -> list[Due]:
    return [Due(*row) for row in found.values_list(*DUE_COLUMNS)]
