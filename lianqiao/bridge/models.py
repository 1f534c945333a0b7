"""Tables of the bridge: the log, and rows that are nothing but its fold, kept for lists and sweeps."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lianqiao.bridge.file_models import Content, Preview, Upload
from lianqiao.bridge.preference_models import NoticePreference
from lianqiao.bridge.row_key import RowKey

__all__ = [
    "Attachment",
    "Case",
    "Content",
    "Counter",
    "Delivery",
    "Entry",
    "Load",
    "Notice",
    "NoticePreference",
    "Part",
    "Preview",
    "Promise",
    "Rating",
    "Result",
    "Seal",
    "Upload",
]


class Case(models.Model):
    """One promise under way to one firm; every column but the keys is derived from the log.

    `state` is the case's folded state as JSON; `waits_for` the role that owes the next step and `holder`
    the person who does, empty while the firm does. `next_at` is when a clock next owes something of itself.
    `channel` is how it came where an officer took it in, one of `commands.taking_in.CHANNELS`.
    """

    id = RowKey(primary_key=True)
    number = models.CharField(max_length=32)
    progress_code = models.CharField(max_length=16)
    channel = models.CharField(max_length=16, default="")
    mechanism = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    firm = models.ForeignKey(
        "organization.Firm", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="sub_cases", db_index=False
    )
    parent_name = models.CharField(max_length=64, default="")
    marking = models.CharField(max_length=400)
    waits_for = models.CharField(max_length=64, default="")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.TextField()
    seq = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    sealed_seq = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, default="")
    due_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    example = models.BooleanField(default=False)

    class Meta:
        # every index is paid for by every act: constraints in place of unique=True, which would add a second
        # index for prefixes on PostgreSQL, and no index on what few rows have
        constraints = (
            models.UniqueConstraint(fields=["number"], name="case_number"),
            models.UniqueConstraint(fields=["progress_code"], name="case_progress_code"),
        )
        indexes = (
            models.Index(fields=["parent"], name="case_parent", condition=models.Q(parent__isnull=False)),
            models.Index(
                fields=["holder", "due_at"], name="case_worklist", condition=models.Q(holder__isnull=False)
            ),
            models.Index(fields=["firm", "-opened_at"], name="case_matters"),
            models.Index(fields=["mechanism", "-opened_at"], name="case_by_promise"),
            models.Index(fields=["next_at"], name="case_next", condition=models.Q(next_at__isnull=False)),
            models.Index(
                fields=["id"], name="case_unsealed", condition=models.Q(sealed_seq__lt=models.F("seq"))
            ),
        )

    def __str__(self) -> str:
        return self.number


class Part(models.Model):
    """Who has which role in a case: `owner` (A) answers for it, `holder` does it now (B while A is away).

    `also` marks a role that owes a step of a branch beside the role `Case.waits_for` names.
    """

    id = RowKey(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parts", db_index=False)
    role = models.CharField(max_length=64)
    duty = models.CharField(max_length=64)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    open = models.BooleanField(default=True)
    also = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "role"], name="part_once"),)
        indexes = (
            # with the case in it a person's cases are counted without reading a row
            models.Index(fields=["holder", "open", "case"], name="part_holder"),
            models.Index(fields=["owner"], name="part_owner", condition=models.Q(open=True)),
        )


class Load(models.Model):
    """How many open cases a person owns under a duty, kept beside the log so that choosing stays quick."""

    id = RowKey(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    duty = models.CharField(max_length=64)
    open_cases = models.IntegerField(default=0)
    given = models.IntegerField(default=0)  # cases ever: of those with equal loads the next is who had fewest

    class Meta:
        constraints = (models.UniqueConstraint(fields=["duty", "person"], name="load_once"),)


class Counter(models.Model):
    """The last number given out in a series such as `WDJ-2026`."""

    series = models.CharField(max_length=16, primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Promise(models.Model):
    """One clock on a case as its last run stands, for the overview and the sweeps.

    `result` is "" while owed, then kept, broken or ended; `level` the highest rung climbed.
    """

    id = RowKey(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="promises", db_index=False)
    mechanism = models.CharField(max_length=64)
    clock = models.CharField(max_length=64)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=16)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    law_due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=8, default="")
    breaches = models.PositiveIntegerField(default=0)
    level = models.CharField(max_length=8, default="")
    provisional = models.BooleanField(default=False)
    # the calendar version this promise was last held against; differing from today's, it is reckoned anew
    calendar = models.CharField(max_length=80)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "clock"], name="promise_once"),)
        indexes = (
            models.Index(fields=["mechanism", "started_at"], name="promise_overview"),
            models.Index(fields=["calendar"], name="promise_calendar", condition=models.Q(result="")),
        )


class OutcomeCount(models.Model):
    """How many promises have ended how, kept beside the log so that the overview stays quick.

    One row for each clock, person who answers for it (`owner_id`, 0 where nobody does) and month of start
    (2026-02, in Beijing). Changed by the transaction that ends a promise; what is owed still is not in it.
    """

    mechanism = models.CharField(max_length=64)
    clock = models.CharField(max_length=64)
    # a number, not a key: a unique constraint takes two empty keys for different ones
    owner_id = models.BigIntegerField(default=0)
    month = models.CharField(max_length=7)
    kept = models.IntegerField(default=0)
    broken = models.IntegerField(default=0)
    ended = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["mechanism", "clock", "owner_id", "month"], name="outcome_once"),
        )


class Entry(models.Model):
    """One line of the log, written once. `hash` covers the case's number, `seq`, `body` and `previous`.

    `once` is the token of the form it came from: the same form sent twice makes one entry.
    """

    id = RowKey(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries", db_index=False)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    name = models.CharField(max_length=64)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    body = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    once = models.CharField(max_length=64, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "seq"], name="entry_once"),
            models.UniqueConstraint(
                fields=["once"], name="entry_token", condition=models.Q(once__isnull=False)
            ),
        )
        ordering = ("case_id", "seq")


class Result(models.Model):
    """A document owed for a decision: entry `seq` of the case. `sha256` is "" until it is made out.

    `code` opens its public page; it follows from the entry's hash, so that it can be found again.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="results", db_index=False)
    seq = models.PositiveIntegerField()
    code = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64, default="")
    name = models.CharField(max_length=200, default="")
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "seq"], name="result_once"),
            models.UniqueConstraint(fields=["code"], name="result_code"),
        )
        indexes = (models.Index(fields=["id"], name="result_owed", condition=models.Q(sha256="")),)


class Rating(models.Model):
    """What a firm thought of a case when it had ended, once; its words stay in the log.

    `owner` is the officer who answered for the case, empty where it had none.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="rating")
    mechanism = models.CharField(max_length=64)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    grade = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["mechanism", "grade"], name="rating_figures"),)


class Seal(models.Model):
    """A statement of how far every case touched since the last seal had come, chained to that seal.

    A case's own chain cannot show that its newest entries, or the whole case, were taken away; this can.
    `heads` is JSON: a list of [case number, seq, hash].
    """

    at = models.DateTimeField()
    heads = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)


class Notice(models.Model):
    """Something a person is owed to hear, written in the transaction that made it true."""

    id = RowKey(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices", db_index=False)
    kind = models.CharField(max_length=16)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["person", "-at"], name="notice_inbox"),
            models.Index(
                fields=["person", "case"], name="notice_unread", condition=models.Q(read_at__isnull=True)
            ),
        )


class Delivery(models.Model):
    """One notice to be sent by one channel; kept when it is sent or given up.

    `address` is where a mail goes; other channels look up where when they send. One of a `digest` waits to be
    sent together with the person's others. Neither sent nor to be tried again, it is a dead letter.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=12, default="mail")
    address = models.EmailField(default="", blank=True)
    digest = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, default="")

    class Meta:
        indexes = (
            models.Index(
                fields=["next_try_at"], name="delivery_due", condition=models.Q(next_try_at__isnull=False)
            ),
            models.Index(
                fields=["id"],
                name="delivery_dead",
                condition=models.Q(next_try_at__isnull=True, sent_at__isnull=True),
            ),
        )


class Attachment(models.Model):
    """A file received from a person; its bytes lie in the attachment folder under their SHA-256."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    type = models.CharField(max_length=100)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="attachments")
    at = models.DateTimeField()

    class Meta:
        # a firm sends the same licence with every filing: the case is in the index so that finding the one
        # not yet bound stays quick
        indexes = (models.Index(fields=["sha256", "person", "case"], name="attachment_hash"),)


class Job(models.Model):
    """Something that takes long, asked for by a person and done by a worker.

    `state` is waiting, running, done, failed or cancelled. While it runs, `lease` names the worker's hold on
    it until `leased_until`: then any other may take it up again. `stage` says what is being done, in English
    words to be translated when shown; `result` is what its kind makes of it, `error` a code.
    """

    kind = models.CharField(max_length=32)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    about = models.CharField(max_length=200, default="")
    given = models.JSONField(default=dict)
    state = models.CharField(max_length=9, default="waiting")
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    stage = models.CharField(max_length=100, default="")
    result = models.JSONField(null=True)
    error = models.CharField(max_length=64, default="")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # when it may be taken: null once it has ended; while it runs, when its lease runs out
    next_at = models.DateTimeField(null=True)
    lease = models.CharField(max_length=32, default="")
    attempts = models.PositiveIntegerField(default=0)
    cancel_asked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["next_at", "id"], name="job_due", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["person", "-asked_at"], name="job_of"),
            models.Index(fields=["ended_at"], name="job_ended", condition=models.Q(ended_at__isnull=False)),
        )

    @property
    def ended(self) -> bool:
        """True once nothing more will happen to it."""
        return self.ended_at is not None

    @property
    def percent(self) -> int:
        """How much of it is done, 0 to 100; 0 where its size is not known."""
        return min(100, 100 * self.done // self.total) if self.total else 0


class Check(models.Model):
    """What a look into a file found: kept once for each content and each way of looking (`wanted`).

    `report` is null until its job is done. Hints are made of it when it is read, by what the promise says.
    """

    sha256 = models.CharField(max_length=64)
    wanted = models.CharField(max_length=64)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="checks")
    report = models.JSONField(null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["sha256", "wanted"], name="check_once"),)
