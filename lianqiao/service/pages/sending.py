"""The one way a step's form is shown, re-asked, looked at twice and sent; filing and acting both go it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianqiao.bridge.models import Case
from lianqiao.engine.errors import Refusal
from lianqiao.organization.models import Firm
from lianqiao.service.forms.asked import Asked, typed_in
from lianqiao.service.forms.step_form import StepForm
from lianqiao.service.forms.uploads import received
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, drafting
from lianqiao.service.pages.refusing import UNPROCESSABLE, status_of

# What a button of the form asks for; without any of them the form is sent.
REFINE, REMOVE, EDIT, CONFIRMED = "_refine", "_remove", "_edit", "_confirmed"
ONCE, SEEN = "_once", "_seen"
_TOKEN = re.compile(r"[0-9a-f]{32}")

Send = Callable[[Mapping[str, Any], str], HttpResponse]


@dataclass
class Sending:
    """One step's form on its page: the template, and all the template needs besides the form.

    `hidden` are further inputs that travel with the form, such as the firm or how many steps were seen.
    """

    request: HttpRequest
    asked: Asked
    template: str
    case: Case | None = None
    context: dict[str, Any] = field(default_factory=dict)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    firm: Firm | None = None
    # how a firm brought it that an officer files for
    brought: Mapping[str, str] = field(default_factory=dict)
    # where the form is, for a link that leads back to it
    address: str = ""

    def page(self, form: StepForm, *, once: str = "", status: int = 200, **more: Any) -> HttpResponse:
        """Return the page with the form as it stands."""
        return render(self.request, self.template, self._context(form, once, more), status=status)

    def fresh(self) -> HttpResponse:
        """Return the page as the draft has it that is to be gone on with, else as its address begins it."""
        if begun := drafting.taken_up(self.request, self.asked, self.case):
            return self.page(begun[0], draft=begun[1])
        return self.page(self.begun(self.request.GET))

    def begun(self, given: Mapping[str, str]) -> StepForm:
        """Return the form with the texts an address brings filled in, as a link to it may."""
        form = StepForm(self.asked)
        for need in self.asked.needs:
            if need.field.type == "text" and given.get(need.name):
                form.initial[need.name] = given[need.name][: need.field.max_length or None]
        return form

    def form(self, *, check: bool) -> StepForm:
        """Return the form with what was typed, and the files, received now."""
        uploads = received(
            self.request.POST,
            self.request.FILES,
            self.asked.needs,
            by=asking.person(self.request),
            now=asking.moment(self.request),
            case=self.case,
        )
        if removed := self.request.POST.get(REMOVE):
            name, _, key = removed.partition(" ")
            uploads.without(name, key)
        typed = typed_in(self.request.POST, self.asked)
        return StepForm(self.asked, typed=typed, uploads=uploads, check=check)

    def answer(self, send: Send) -> HttpResponse:
        """Return what a posted form deserves: asked anew, put right, confirmed, or sent through `send`."""
        post = self.request.POST
        if drafting.SAVE in post:
            return drafting.saved(self)
        if REFINE in post and getattr(self.request, "htmx", False):
            return render(self.request, "service/form/live.html", {"form": self.form(check=False)})
        once = self.once()
        if {REFINE, REMOVE, EDIT} & set(post):
            return self.page(self.form(check=False), once=once)
        form = self.form(check=True)
        if not form.is_valid():
            return self.page(form, once=once, status=UNPROCESSABLE)
        if self.asked.step.confirm and CONFIRMED not in post:
            return render(self.request, "service/confirm.html", self._context(form, once, {}))
        return self._send(form, once, send)

    def _send(self, form: StepForm, once: str, send: Send) -> HttpResponse:
        try:
            answer = send(form.given, once)
        except Refusal as refusal:
            form.add_refusal(refusal)
            return self.page(form, once=once, status=status_of(refusal))
        drafting.sent(self.request)
        return answer

    def once(self) -> str:
        """Return the form's own token, a new one where it came without."""
        token = self.request.POST.get(ONCE, "")
        return token if _TOKEN.fullmatch(token) else uuid.uuid4().hex

    def _context(self, form: StepForm, once: str, more: Mapping[str, Any]) -> dict[str, Any]:
        step = self.asked.step
        return {
            "form": form,
            "step_title": in_words(step.title),
            "mechanism": self.asked.mechanism,
            "mechanism_title": in_words(self.asked.mechanism.title),
            "hidden": [(ONCE, once or uuid.uuid4().hex), *self.hidden],
            "grave": step.confirm,
            "conflict": None,
            "draft": drafting.carried(self.request),
            "firms": [],
            "head": None,
            # what uploads.js asks the API for
            "upload_for": f"case={self.case.number}" if self.case else f"promise={self.asked.mechanism.id}",
            "upload_purpose": self.case.number if self.case else self.asked.mechanism.id,
            **self.context,
            **more,
        }
