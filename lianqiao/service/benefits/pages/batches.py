"""Payments: batches, one batch with what the bank says, money asked back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.bridge import commands
from lianqiao.bridge.refusals import refusal_text
from lianqiao.bridge.secret_text import opened
from lianqiao.engine.errors import Refusal
from lianqiao.organization import queries as organization
from lianqiao.organization.lists.spreadsheets import Value, spreadsheet
from lianqiao.service.benefits.commands import benefit_jobs, paying
from lianqiao.service.benefits.fact_words import party_name
from lianqiao.service.benefits.forms.grants import RECEIPT_FILE, ReasonForm, ReceiptForm
from lianqiao.service.benefits.grant_words import badge, holder_of, money, state_words
from lianqiao.service.benefits.models import Batch, Payment
from lianqiao.service.benefits.pages.guarding import for_officers, tabs
from lianqiao.service.benefits.queries import payments as queries
from lianqiao.service.benefits.queries.accounts import masked
from lianqiao.service.benefits.queries.vocabulary import LEADER
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown

STATES = ("waiting", "sent", "paid", "failed", "dropped")
# what cannot act as a formula where the file is opened in a spreadsheet
_FORMULA = ("=", "+", "-", "@")


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def batches(request: HttpRequest) -> HttpResponse:
    """Show the batches; posted, make one of everything past its public notice."""
    if request.method == "POST":
        _batch_made, job = benefit_jobs.ask_batch(by=asking.person(request), now=asking.moment(request))
        return redirect("job", job_id=job.pk)
    page = listing.page_of(request, queries.batches())
    rows = [
        (one, badge(one.state), state_words(one.state), money(one.fen), money(one.paid_fen)) for one in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "columns": _batch_columns(),
        "recoveries": [
            (one, party_name(one.payment.grant.firm, one.payment.grant.person))
            for one in queries.recoveries()[:50]
        ],
        "leads": _leads(request),
        "export": reverse("batches-sheet"),
        "tabs": tabs(request),
    }
    return render(request, "benefits/batches.html", context)


@require_safe
@for_officers
def batches_sheet(request: HttpRequest) -> FileResponse:
    """Send the same batches, all of them, as a workbook."""
    heads = [(one["label"], 20) for one in _batch_columns()]
    rows = (
        [one.number, state_words(one.state), one.count, one.fen / 100, one.paid_fen / 100, _name(one.made_by),
         _name(one.released_by), one.made_at]
        for one in queries.batches().iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    )  # fmt: skip
    return spreadsheet(_("Payments"), columns=heads, rows=rows)


@require_safe
@for_officers
@refusals_shown
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Show one batch: its payments, how it stands against the bank, what can be done."""
    return _shown(request, _batch(batch_id), ReceiptForm())


def _shown(request: HttpRequest, found: Batch, form: ReceiptForm) -> HttpResponse:
    asked = listing.asked(request, sort="reference", state=STATES)
    rows = queries.payments(found, text=asked.text, state=asked.chosen["state"], sort=asked.sort)
    page, sums = listing.page_of(request, rows), queries.reconciled(found)
    context = {
        "batch": found,
        "badge": badge(found.state),
        "state": state_words(found.state),
        "page": page,
        "rows": [
            (one, badge(one.state), state_words(one.state), money(one.fen), masked(one.tail), holder_of(one))
            for one in page
        ],
        "columns": _payment_columns(),
        "asked": asked,
        "states": listing.options([(one, state_words(one)) for one in STATES], asked.chosen["state"]),
        "sums": sums,
        "sum_words": money(sums.fen),
        "by_state": [
            (state_words(state), count, money(fen)) for state, (count, fen) in sorted(sums.states.items())
        ],
        "leads": _leads(request),
        "own": found.made_by_id == asking.person(request).pk,
        "form": form,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "benefits/batch.html", context, status=status)


@require_POST
@for_officers
@refusals_shown
def batch_release(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Release a batch somebody else made."""
    paying.release_batch(batch_id, by=asking.person(request), now=asking.moment(request))
    messages.success(request, _("It is released. Download the file for the bank."))
    return redirect("batch", batch_id)


@require_POST
@for_officers
@refusals_shown
def batch_drop(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Drop a batch nobody has released."""
    paying.cancel_batch(batch_id, by=asking.person(request), now=asking.moment(request))
    messages.info(request, _("It is dropped; its grants can be paid in another batch."))
    return redirect("batch", batch_id)


@require_safe
@for_officers
@refusals_shown
def batch_file(request: HttpRequest, batch_id: int, kind: str) -> FileResponse | HttpResponse:
    """Send a released batch for the bank, with whole account numbers, to the head of benefits."""
    found = _batch(batch_id)
    if not _leads(request):
        raise PermissionDenied(_("Only the head of benefits gets whole account numbers."))
    if found.state not in ("released", "closed") or kind not in ("xlsx", "csv"):
        raise Http404
    heads = ["拨付编号", "户名", "账号", "开户行", "金额（元）", "附言"]
    rows = _bank_rows(queries.payments(found))
    if kind == "xlsx":
        return spreadsheet(found.number, columns=[(head, 24) for head in heads], rows=rows)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.number}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _bank_rows(payments: Iterable[Payment]) -> Iterator[list[Value]]:
    for one in payments:
        amount = f"{one.fen // 100}.{one.fen % 100:02}"
        yield [one.reference, one.holder, opened(one.sealed), one.bank, amount, one.reference]


def _plain(cell: Value) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


@require_POST
@for_officers
@refusals_shown
def batch_receipt(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take in what the bank says of a batch."""
    found = _batch(batch_id)
    form = ReceiptForm(request.POST, request.FILES)
    person, now = asking.person(request), asking.moment(request)
    if form.is_valid():
        try:
            file = commands.receive(form.cleaned_data["file"], field=RECEIPT_FILE, by=person, now=now)
            job = benefit_jobs.ask_receipt(found, file["sha256"], file=file["name"], by=person, now=now)
        except Refusal as refusal:
            for problem in refusal.problems:
                form.add_error("file", refusal_text(problem))
        else:
            return redirect("job", job_id=job.pk)
    return _shown(request, found, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def payment_recovery(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Ask money back that was paid wrongly."""
    found = queries.payment(payment_id)
    if found is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by, now = asking.person(request), asking.moment(request)
        try:
            paying.ask_back(payment_id, reason=form.cleaned_data["reason"], by=by, now=now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("It is asked back; write down here when it came."))
            return redirect("batches")
    context = {"form": form, "payment": found, "holder": holder_of(found), "amount": money(found.fen)}
    return render(request, "benefits/recovery.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@for_officers
@refusals_shown
def recovery_return(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Write down that money came back."""
    paying.take_back(
        recovery_id,
        bank_reference=request.POST.get("bank_reference", "")[:100],
        by=asking.person(request),
        now=asking.moment(request),
    )
    messages.success(request, _("It is written down."))
    return redirect("batches")


def _batch(batch_id: int) -> Batch:
    found = queries.batch(batch_id)
    if found is None:
        raise Http404
    return found


def _leads(request: HttpRequest) -> bool:
    return LEADER in organization.duties_of(asking.person(request).pk, at=asking.moment(request))


def _name(person: object) -> str:
    return str(person) if person else ""


def _batch_columns() -> list[dict[str, Any]]:
    return [
        {"key": "number", "label": _("Batch"), "lead": True, "fit": True},
        {"key": "state", "label": _("How it stands")},
        {"key": "count", "label": _("Payments"), "align": "end"},
        {"key": "fen", "label": _("Amount"), "align": "end"},
        {"key": "paid", "label": _("Paid"), "align": "end"},
        {"key": "made_by", "label": _("Made by")},
        {"key": "released_by", "label": _("Released by")},
        {"key": "made_at", "label": _("When"), "fit": True},
    ]


def _payment_columns() -> list[dict[str, Any]]:
    return [
        {"key": "reference", "label": _("Reference"), "lead": True, "sort": True, "fit": True},
        {"key": "holder", "label": _("Account holder"), "sort": True},
        {"key": "account", "label": _("Account"), "fit": True},
        {"key": "fen", "label": _("Amount"), "align": "end", "sort": True},
        {"key": "state", "label": _("How it stands"), "sort": True},
        {"key": "told", "label": _("What the bank says")},
        {"key": "act", "label": _("Act"), "hide": True, "fit": True},
    ]
