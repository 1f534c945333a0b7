"""Payments: batches, and one batch with what the bank says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.bridge import commands
from lianqiao.bridge.refusals import refusal_text
from lianqiao.bridge.secret_text import opened
from lianqiao.engine.errors import Refusal
from lianqiao.organization.lists import Column, Listed, SheetColumn, buttons, column
from lianqiao.organization.lists.spreadsheets import Value, spreadsheet
from lianqiao.service.benefits.commands import benefit_jobs, paying
from lianqiao.service.benefits.forms.grants import RECEIPT_FILE, ReceiptForm
from lianqiao.service.benefits.grant_words import badge, holder_of, money, state_words
from lianqiao.service.benefits.models import Batch, Payment
from lianqiao.service.benefits.pages.guarding import for_officers, leads, tabs
from lianqiao.service.benefits.queries import payments as queries
from lianqiao.service.benefits.queries.accounts import masked
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown

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
    asked, listed = _batches(request)
    context: dict[str, Any] = {
        "asked": asked,
        "states": _options(queries.BATCH_STATES, asked),
        "tabs": tabs(request),
    }
    return listed.page(request, "benefits/batches.html", **context)


@require_safe
@for_officers
def batches_sheet(request: HttpRequest) -> FileResponse:
    """Send the same batches, all of them, as a workbook."""
    return _batches(request)[1].workbook(request)


@require_safe
@for_officers
@refusals_shown
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Show one batch: its payments, how it stands against the bank, what can be done."""
    return _shown(request, _batch(batch_id), ReceiptForm())


@require_safe
@for_officers
@refusals_shown
def batch_sheet(request: HttpRequest, batch_id: int) -> FileResponse:
    """Send a batch's payments, as the list shows them, as a workbook; whole account numbers are not in it."""
    return _payments(request, _batch(batch_id))[1].workbook(request)


def _shown(request: HttpRequest, found: Batch, form: ReceiptForm) -> HttpResponse:
    asked, listed = _payments(request, found)
    sums = queries.reconciled(found)
    context: dict[str, Any] = {
        "batch": found,
        "badge": badge(found.state),
        "state": state_words(found.state),
        "asked": asked,
        "states": _options(queries.PAYMENT_STATES, asked),
        "sums": sums,
        "sum_words": money(sums.fen),
        "by_state": [
            (state_words(state), count, money(fen)) for state, (count, fen) in sorted(sums.states.items())
        ],
        "leads": leads(request),
        "own": found.made_by_id == asking.person(request).pk,
        "form": form,
    }
    status = UNPROCESSABLE if form.errors else 200
    return listed.page(request, "benefits/batch.html", status=status, **context)


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
    if not leads(request):
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


def _batch(batch_id: int) -> Batch:
    found = queries.batch(batch_id)
    if found is None:
        raise Http404
    return found


def _options(states: Sequence[str], asked: listing.Asked) -> list[dict[str, Any]]:
    return listing.options([(one, state_words(one)) for one in states], asked.chosen["state"])


def _name(person: object) -> str:
    return str(person) if person else ""


def _batches(request: HttpRequest) -> tuple[listing.Asked, Listed]:
    asked = listing.asked(request, sort="-made_at", state=queries.BATCH_STATES)
    columns: tuple[Column[Any], ...] = (
        column("number", _("Batch"), lambda one: one.number, sort="number", lead=True, fit=True),
        column("state", _("How it stands"), lambda one: state_words(one.state), sort="state"),
        column("count", _("Payments"), lambda one: one.count, sort="count", align="end"),
        column("fen", _("Amount (yuan)"), lambda one: one.fen / 100, sort="fen", align="end"),
        column("paid", _("Paid"), lambda one: one.paid_fen / 100, sort="paid", align="end"),
        column("made_by", _("Made by"), lambda one: _name(one.made_by), sort="made_by"),
        column("released_by", _("Released by"), lambda one: _name(one.released_by), sort="released_by"),
        column("made_at", _("When"), lambda one: one.made_at, sort="made_at", fit=True),
    )
    found = queries.batches(text=asked.text, state=asked.chosen["state"], sort=asked.sort)
    sheet = reverse("batches-sheet")
    return asked, Listed("batches", _("Payments"), found, columns, sheet, sort=asked.sort, row=_seen)


def _payments(request: HttpRequest, batch: Batch) -> tuple[listing.Asked, Listed]:
    asked = listing.asked(request, sort="reference", state=queries.PAYMENT_STATES)
    told = (
        SheetColumn[Any](_("What the bank says"), lambda one: one.told, 30),
        SheetColumn[Any](_("Number at the bank"), lambda one: one.bank_reference, 24),
    )
    columns: tuple[Column[Any], ...] = (
        column("reference", _("Reference"), lambda one: one.reference, width=24, sort="reference", lead=True,
               fit=True),
        column("holder", _("Account holder"), lambda one: one.shown_holder, width=32, sort="holder"),
        column("account", _("Account number"), lambda one: one.account, fit=True),
        column("fen", _("Amount (yuan)"), lambda one: one.fen / 100, sort="fen", align="end", fit=True),
        column("state", _("How it stands"), lambda one: state_words(one.state), sort="state"),
        Column("told", _("What the bank says"), told),
        buttons("act", _("Act")),
    )  # fmt: skip
    found = queries.payments(batch, text=asked.text, state=asked.chosen["state"], sort=asked.sort)
    sheet = reverse("batch-sheet", args=[batch.pk])
    return asked, Listed("payments", batch.number, found, columns, sheet, sort=asked.sort, row=_seen)


def _seen(one: Any) -> Any:
    """Return a batch or a payment with what its list shows of it."""
    one.badge, one.words, one.amount = badge(one.state), state_words(one.state), money(one.fen)
    if isinstance(one, Batch):
        one.paid = money(one.paid_fen)  # type: ignore[attr-defined]
    else:
        one.account, one.shown_holder = masked(one.tail), holder_of(one)
    return one
