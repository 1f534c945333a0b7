"""Messages between the firm and those who handle its case."""

from __future__ import annotations

from django.contrib import messages as told
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianqiao.bridge import commands, queries
from lianqiao.bridge.commands.talking import NOTE_FILES
from lianqiao.engine.errors import Refusal
from lianqiao.engine.needs import Need
from lianqiao.service.forms.talk_form import TalkForm
from lianqiao.service.forms.uploads import received
from lianqiao.service.pages import asking
from lianqiao.service.pages.cases import case_page
from lianqiao.service.pages.refusing import refusals_shown, status_of
from lianqiao.service.pages.sending import ONCE

# what is typed reaches the command even when it is too long, to come back with the reason
MOST_TYPED = 20_000
OWN_PAGE = ("unknown-case", "wrong-role", "clock-set-back")


@require_POST
@refusals_shown
def messages(request: HttpRequest, number: str) -> HttpResponse:
    """Add a message to the case; one refused comes back with what was typed and the files received."""
    person, now = asking.person(request), asking.moment(request)
    seen = queries.case_for(number, person, at=now)
    need = Need("files", NOTE_FILES, required=False)
    uploads = received(request.POST, request.FILES, [need], by=person, now=now, case=seen.case)
    talk = TalkForm(request.POST.get("text", "")[:MOST_TYPED], uploads.files.get("files", []))
    if uploads.problems:
        return case_page(request, number, talk.refused(uploads.problems), status=422)
    try:
        commands.add_note(
            number, talk.text, by=person, now=now, files=talk.files, once=request.POST.get(ONCE, "")[:64]
        )
    except Refusal as refusal:
        if refusal.code in OWN_PAGE:
            raise
        return case_page(request, number, talk.refused(refusal.problems), status=status_of(refusal))
    told.success(request, _("Your message was sent."))
    return HttpResponseRedirect(reverse("case", args=[number]) + "#log-title")
