"""One licence for its holder and its officers, and the e-licence as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.bridge import packs
from lianqiao.engine.errors import Refusal
from lianqiao.service.licences.commands import register as commands
from lianqiao.service.licences.forms.licences import FactForm, RevokeForm
from lianqiao.service.licences.models import Credential, Licence
from lianqiao.service.licences.pages import shown
from lianqiao.service.licences.queries import register as queries
from lianqiao.service.licences.queries.explained import explained
from lianqiao.service.licences.queries.keys import issuer
from lianqiao.service.licences.queries.rights import holds, keeps_register
from lianqiao.service.licences.wording import kind_words, outcome_words, standing_words
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown

if TYPE_CHECKING:
    from lianqiao.service.licences.paper import Shown


@require_safe
@refusals_shown
def licence(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Show one licence: its face, why it is renewed or not, what was decided."""
    return _page(request, _licence(request, licence_id))


@require_POST
@refusals_shown
def licence_choose(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Let the holder opt out of renewal without application, or in again."""
    out = request.POST.get("out") == "1"
    commands.choose(licence_id, out=out, by=asking.person(request), now=asking.moment(request))
    said = (
        _("It is not renewed by itself any more. Apply for the renewal in time.")
        if out
        else _("It is renewed by itself again.")
    )
    messages.success(request, said)
    return redirect("licence", licence_id=licence_id)


@require_POST
@refusals_shown
def licence_issue(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Make out the e-licence of the present term."""
    commands.issue_current(licence_id, by=asking.person(request), now=asking.moment(request))
    messages.success(request, _("The e-licence is made out."))
    return redirect("licence", licence_id=licence_id)


@require_http_methods(["POST"])
@refusals_shown
def licence_revoke(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Revoke a licence for a reason."""
    row, form = _licence(request, licence_id), RevokeForm(request.POST)
    if form.is_valid():
        try:
            commands.revoke(
                licence_id,
                reason=form.cleaned_data["reason"],
                by=asking.person(request),
                now=asking.moment(request),
            )
        except Refusal as refusal:
            if refusal.code == "licences-only":
                raise
            form.show(refusal)
        else:
            messages.success(request, _("The licence is revoked; its e-licences say so from now on."))
            return redirect("licence", licence_id=licence_id)
    return _page(request, row, revoking=form, status=UNPROCESSABLE)


@require_http_methods(["POST"])
@refusals_shown
def licence_fact(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Record one thing known of a licence."""
    row = _licence(request, licence_id)
    form = FactForm(request.POST, licence=row)
    if form.is_valid():
        try:
            commands.record_fact(
                licence_id, **form.cleaned_data, by=asking.person(request), now=asking.moment(request)
            )
        except Refusal as refusal:
            if refusal.code == "licences-only":
                raise
            form.show(refusal)
        else:
            messages.success(request, _("Recorded. The next night looks at the licence again."))
            return redirect("licence", licence_id=licence_id)
    return _page(request, row, fact=form, status=UNPROCESSABLE)


@require_safe
@refusals_shown
def licence_pdf_file(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Send the e-licence as PDF, with the credential attached."""
    from lianqiao.service.licences.paper import licence_pdf  # noqa: PLC0415 - seldom, and slow to load

    row = _licence(request, licence_id)
    credential = queries.current_credential(row)
    if credential is None:
        return redirect("licence", licence_id=licence_id)
    content = licence_pdf(_paper(row, credential))
    return _file(content, "application/pdf", f"{row.number}.pdf")


@require_safe
@refusals_shown
def licence_token_file(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Send the credential itself."""
    row = _licence(request, licence_id)
    credential = queries.current_credential(row)
    if credential is None:
        return redirect("licence", licence_id=licence_id)
    return _file(credential.token.encode(), "application/vc+jwt", f"{row.number}.jwt")


def _licence(request: HttpRequest, licence_id: int) -> Licence:
    return queries.licence_for(licence_id, asking.person(request), at=asking.moment(request))


def _page(
    request: HttpRequest,
    row: Licence,
    *,
    revoking: RevokeForm | None = None,
    fact: FactForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person, now = asking.person(request), asking.moment(request)
    officer, found = keeps_register(person, at=now), explained(row, at=now)
    standing = queries.standing_of(row, at=now)
    context: dict[str, Any] = {
        "licence": row,
        "kind": kind_words(row.kind),
        "rule": packs.current().licences.kinds.get(row.kind),
        "badge": standing.badge,
        "standing": standing_words(standing.code),
        "conditions": shown.conditions(found) if found else [],
        "credential": queries.current_credential(row),
        "officer": officer,
        "holder": holds(person, row, at=now),
        "in_force": row.state == "valid",
        "revoking": revoking or RevokeForm(),
        "fact": fact or FactForm(licence=row),
        "decisions": [
            {
                "at": one.at,
                "what": outcome_words(one),
                "tone": "kept" if one.outcome == "renewed" else "",
                "mark": "system",
            }
            for one in queries.decisions_of(row)
        ],
    }
    return render(request, "licences/licence.html", context, status=status)


def _paper(row: Licence, credential: Credential) -> Shown:
    from lianqiao.service.licences.paper import Shown  # noqa: PLC0415 - as above

    kind = packs.current().licences.kind(row.kind)
    zone = issuer()
    return Shown(
        zone=zone.name,
        title=kind.title.zh_hans,
        title_en=kind.title.en,
        number=row.number,
        holder=row.firm.name,
        credit_code=row.firm.credit_code,
        premises=row.premises,
        scope=row.scope,
        issued_on=row.issued_on,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        code=credential.code,
        address=zone.verify_address(credential.code),
        token=credential.token,
        made_at=credential.issued_at,
        example=row.example,
    )


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response
