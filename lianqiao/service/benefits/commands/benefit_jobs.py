"""Matching, inviting, making a batch, reading the bank's answer: jobs that go on where one was killed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext_noop

from lianqiao.bridge.commands import ask_job
from lianqiao.bridge.commands.attaching import let_go
from lianqiao.bridge.long_jobs import Work
from lianqiao.bridge.models import Job
from lianqiao.bridge.storage import stored_at
from lianqiao.bridge.tables import Layout, Row, open_table
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.benefits.commands import paying
from lianqiao.service.benefits.commands.granting import invite
from lianqiao.service.benefits.commands.matching import begin_run, match_all
from lianqiao.service.benefits.models import Batch, Payment
from lianqiao.service.benefits.parties import Kind
from lianqiao.service.benefits.queries import decisions
from lianqiao.service.benefits.queries.vocabulary import LEADER, looks_after

MATCH, INVITE, BATCH, RECEIPT = "benefit-match", "benefit-invite", "benefit-batch", "benefit-receipt"
MATCHING, FILLING = gettext_noop("Matching parties with the rules"), gettext_noop("Putting payments in")
INVITING, RECEIVING = gettext_noop("Inviting"), gettext_noop("Reading the bank's answer")
RECEIPT_LAYOUT = Layout(
    {
        "reference": ("拨付编号", "附言", "用途", "reference"),
        "result": ("结果", "交易结果", "状态", "result"),
        "amount": ("金额（元）", "金额(元)", "金额", "amount"),
        "bank_reference": ("银行流水号", "流水号", "bank_reference"),
        "told": ("原因", "失败原因", "备注", "reason"),
    },
    required=("reference", "result"),
)
_PAID, _FAILED = frozenset({"成功", "已到账", "paid", "ok"}), frozenset({"失败", "退回", "退汇", "failed"})
PROBLEMS_KEPT = 200
KINDS: tuple[Kind, ...] = ("firm", "person")


def ask_matching(kind: Kind, *, by: Person | None, now: datetime) -> Job:
    """Ask for all parties of a kind to be matched. Raises Refusal `wrong-role`."""
    if by is not None and not looks_after(by, at=now):
        raise refuse("wrong-role", "only officers of benefits ask for this")
    run = begin_run(kind, by=by, now=now)
    return ask_job(MATCH, by=by, given={"run": run.pk}, about=run.day.isoformat(), now=now)


def ask_nightly(*, now: datetime) -> int:
    """Ask for today's matching where nobody has; returns how many were asked for."""
    wanted = [kind for kind in KINDS if decisions.run_wanted(kind, beijing(now).date())]
    for kind in wanted:
        ask_matching(kind, by=None, now=now)
    return len(wanted)


def do_matching(work: Work) -> dict[str, Any]:
    """Match the parties the run has not matched yet."""
    run = decisions.run(work.job.given["run"])
    assert run is not None
    done = match_all(
        run, now=work.clock(), told=lambda done, total: work.go_on(done=done, total=total, stage=MATCHING)
    )
    return {"run": done.pk, "parties": done.parties, "changed": done.changed, "show": "changed"}


def ask_inviting(policy: str, *, closing: bool, by: Person, now: datetime) -> Job:
    """Ask for everybody a policy finds to be invited. Raises Refusal `wrong-role`."""
    if not looks_after(by, at=now):
        raise refuse("wrong-role", "only officers of benefits invite")
    given = {"policy": policy, "closing": closing}
    return ask_job(INVITE, by=by, given=given, about=decisions.kept_title(policy), now=now)


def do_inviting(work: Work) -> dict[str, Any]:
    """Invite whoever has not been invited yet."""
    work.go_on(stage=INVITING)
    count, fen = invite(
        work.job.given["policy"], closing=work.job.given["closing"], by=work.job.person, now=work.clock()
    )
    return {"invited": count, "fen": fen, "policy": work.job.given["policy"]}


def ask_batch(*, by: Person, now: datetime) -> tuple[Batch, Job]:
    """Ask for a batch of everything payable. Raises Refusal as `paying.begin_batch`."""
    batch = paying.begin_batch(by=by, now=now)
    return batch, ask_job(BATCH, by=by, given={"batch": batch.pk}, about=batch.number, now=now)


def do_batch(work: Work) -> dict[str, Any]:
    """Put into the batch what is not in one yet."""
    batch = Batch.objects.get(pk=work.job.given["batch"])
    done = paying.fill_batch(
        batch, now=work.clock(), told=lambda done, total: work.go_on(done=done, total=total, stage=FILLING)
    )
    return {"batch": done.pk, "payments": done.payments.count()}


def ask_receipt(batch: Batch, sha256: str, *, file: str, by: Person, now: datetime) -> Job:
    """Ask for the bank's answer to a batch to be read. Raises Refusal `wrong-role`."""
    if LEADER not in organization.duties_of(by.pk, at=now):
        raise refuse("wrong-role", "only the head of benefits takes in the bank's answer")
    given = {"batch": batch.pk, "sha256": sha256, "file": file}
    return ask_job(RECEIPT, by=by, given=given, about=batch.number, now=now)


def do_receipt(work: Work) -> dict[str, Any]:
    """Settle each payment the bank names; what is settled already is left alone, what cannot be is told."""
    given, by = work.job.given, work.job.person
    assert by is not None
    counts = {"settled": 0, "known": 0, "contradicts": 0, "unknown": 0, "differs": 0, "unclear": 0}
    problems: list[dict[str, Any]] = []
    path = stored_at(given["sha256"])
    rows = open_table(path, RECEIPT_LAYOUT, name=given["file"]).rows
    done = 0
    while some := list(islice(rows, 100)):
        references = {row.cells["reference"].strip() for row in some if row.problem is None}
        found = Payment.objects.filter(reference__in=references, batch_id=given["batch"])
        known = {one.reference: one for one in found}
        for row in some:
            how = _settled(row, known, by=by, now=work.clock())
            counts[how] += 1
            if how not in ("settled", "known") and len(problems) < PROBLEMS_KEPT:
                problems.append({"line": row.line, "how": how, "reference": row.cells.get("reference", "")})
        done += len(some)
        work.go_on(done=done, total=0, stage=RECEIVING)
    let_go(given["sha256"], by=by)
    return {"batch": given["batch"], **counts, "problems": problems}


def _settled(row: Row, known: Mapping[str, Payment], *, by: Person, now: datetime) -> str:
    if row.problem is not None:
        return "unclear"
    payment = known.get(row.cells["reference"].strip())
    if payment is None:
        return "unknown"
    result = row.cells["result"].strip().lower()
    if result not in _PAID | _FAILED:
        return "unclear"
    if (said := row.cells.get("amount", "").replace(",", "").strip()) and said != _yuan(payment.fen):
        return "differs"
    told, bank_reference = row.cells.get("told", ""), row.cells.get("bank_reference", "")
    return paying.settle(
        payment.pk, paid=result in _PAID, told=told, bank_reference=bank_reference, by=by, now=now
    )


def _yuan(fen: int) -> str:
    """Return a sum as spreadsheets show it: 12, 12.5, 12.34."""
    return f"{fen / 100:.2f}".rstrip("0").rstrip(".")
