"""The pages of a studio: a text with what is wrong beside it, its publication, its withdrawal."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Generic

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _

from lianqiao.bridge.commands.publishing import withdraw
from lianqiao.bridge.queries.publications import publication
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.organization import queries as organization
from lianqiao.service.drafting.commands import Drafts, Found
from lianqiao.service.drafting.forms import CopyForm, PublishForm, TextForm, WithdrawForm
from lianqiao.service.drafting.queries import Change, Draft, Fault, changed_lines, draft_of, title_of
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import UNPROCESSABLE

Context = dict[str, Any]


class Desk(ABC, Generic[Draft, Found]):
    """The pages of one studio; what its pages tell of their own it says itself.

    Its addresses are `home` (the list), `one` (what a text is of), and `prefix` with -draft, -publication and
    -draft-dropped; its templates lie in `folder`. `passed`, `trial` and `withdrawn` are words: the check is
    passed, how a text is tried out, something was withdrawn.
    """

    drafts: Drafts[Draft, Found]
    folder: ClassVar[str]
    prefix: ClassVar[str]
    home: ClassVar[str]
    one: ClassVar[str]
    title: ClassVar[Lazy]
    passed: ClassVar[Lazy]
    trial: ClassVar[Lazy]
    withdrawn: ClassVar[Lazy]

    @abstractmethod
    def titles(self) -> dict[str, str]:
        """Return what a new text can be begun from: titles by id."""

    @abstractmethod
    def in_force(self, subject: str) -> str:
        """Return the text that counts now, "" where there is none."""

    @abstractmethod
    def changes(self, request: HttpRequest, one: Draft, found: Found) -> list[Change]:
        """Return what the text changes, in sentences; none where it cannot be told yet."""

    @abstractmethod
    def told(self, request: HttpRequest, one: Draft, found: Found) -> Context:
        """Return what both pages show: `title`, `key`, `tried` (out, so it may be published), `may_write`."""

    def beside_text(self, request: HttpRequest, one: Draft, found: Found) -> Context:
        """Return what the page of the text shows besides."""
        return {}

    def beside_publishing(self, request: HttpRequest, one: Draft, found: Found) -> Context:
        """Return what the page of the publication shows besides."""
        return {}

    def words(self, problem: Problem) -> str:
        """Return why something was refused."""
        return refusal_text(problem)

    @abstractmethod
    def fault_words(self, problem: Problem) -> tuple[str, str]:
        """Return what is wrong in the reader's language, and what the check itself says or ""."""

    def draft(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        """Show the text of a draft with what the check finds; keep what is typed, right or wrong."""
        one = draft_of(self.drafts.model, draft_id)
        form = TextForm(_posted(request), initial={"text": one.text, "edition": one.edition})
        conflict: list[Change] = []
        if form.is_valid():
            try:
                saved = self.drafts.save(one.pk, **form.cleaned_data, **_who(request))
            except Refusal as refusal:
                # what was typed stays in the form; what another window saved is shown beside it
                add_problems(form, refusal.problems, self.words)
                if refusal.code == "draft-moved":
                    conflict = changed_lines(one.text, form.cleaned_data["text"])
            else:
                passes = self.drafts.check(saved.text).passes
                messages.success(request, _("Saved; it passes the check") if passes else _("Saved as it is"))
                return redirect(f"{self.prefix}-draft", draft_id=one.pk)
        found = self.drafts.check(form["text"].value() or one.text)
        more = {"conflict": conflict, **self.beside_text(request, one, found)}
        return self.page(request, "draft", form, **self._context(request, one, found), **more)

    def publication(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        """Show all there is to know of a draft, how it was tried out first; a second person publishes it."""
        one = draft_of(self.drafts.model, draft_id)
        now = asking.moment(request)
        form = PublishForm(_posted(request), now=now, initial={"edition": one.edition})
        if form.is_valid():
            try:
                made = self.drafts.publish(one.pk, **form.cleaned_data, **_who(request))
            except Refusal as refusal:
                add_problems(form, refusal.problems, self.words)
            else:
                at_once = made.in_force_at is not None
                words = _("It is published and in force") if at_once else _("It is published")
                messages.success(request, words)
                return redirect(self._way_back(one.subject))
        found, writers = self.drafts.check(one.text), organization.names(one.writers)
        context = {
            **self._context(request, one, found),
            "changes": self.changes(request, one, found),
            "lines": changed_lines(self.in_force(one.subject), one.text),
            "writers": [writers[pk] for pk in one.writers if pk in writers],
            "wrote": asking.person(request).pk in one.writers,
            **self.beside_publishing(request, one, found),
        }
        return self.page(request, "publication", form, **context)

    def dropped(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        """Give a draft up."""
        self.drafts.drop(draft_id, **_who(request))
        messages.success(request, _("The draft was given up"))
        return redirect(self.home)

    def begin(self, request: HttpRequest, subject: str) -> HttpResponse:
        """Begin to change what is in force."""
        made = self.drafts.make(subject, **_who(request))
        return redirect(f"{self.prefix}-draft", draft_id=made.pk)

    def new(self, request: HttpRequest) -> HttpResponse:
        """Begin something new from what there is."""
        given = {"copy_of": request.GET.get("from", "")}
        form = CopyForm(_posted(request), choices=list(self.titles().items()), initial=given)
        if form.is_valid():
            typed = form.cleaned_data
            try:
                made = self.drafts.make(typed["copy_of"], new_id=typed["new_id"], **_who(request))
            except Refusal as refusal:
                add_problems(form, refusal.problems, self.words)
            else:
                return redirect(f"{self.prefix}-draft", draft_id=made.pk)
        return self.page(request, "new", form)

    def withdrawal(self, request: HttpRequest, key: str) -> HttpResponse:
        """Ask why what was published is withdrawn, and withdraw it."""
        made = publication(key)
        form = WithdrawForm(_posted(request))
        if form.is_valid():
            try:
                withdraw(made.key, reason=form.cleaned_data["reason"], **_who(request))
            except Refusal as refusal:
                add_problems(form, refusal.problems, self.words)
            else:
                messages.success(request, str(self.withdrawn))
                return redirect(self._way_back(made.mechanism))
        return self.page(request, "withdrawal", form, made=made, back=self._way_back(made.mechanism))

    def _way_back(self, subject: str) -> str:
        """Return the address of what a text is of, of the list where there is no such thing now."""
        return reverse(self.one, args=[subject]) if subject in self.drafts.ids() else reverse(self.home)

    def page(self, request: HttpRequest, name: str, form: Form, **context: Any) -> HttpResponse:
        """Answer with a page of a form; one that says what is wrong has the status for it."""
        named = {"form": form, "studio": self.title, "home": reverse(self.home)}
        status = UNPROCESSABLE if form.errors else 200
        return render(request, f"{self.folder}/{name}.html", named | context, status=status)

    def _context(self, request: HttpRequest, one: Draft, found: Found) -> Context:
        known = one.subject in self.drafts.ids()
        return {
            "draft": one,
            "subject_url": reverse(self.one, args=[one.subject]) if known else "",
            "draft_url": reverse(f"{self.prefix}-draft", args=[one.pk]),
            "publication_url": reverse(f"{self.prefix}-publication", args=[one.pk]),
            "dropped_url": reverse(f"{self.prefix}-draft-dropped", args=[one.pk]),
            "passes": found.passes,
            "passed": self.passed,
            "trial": self.trial,
            "faults": [self._fault(fault) for fault in found.faults],
            **self.told(request, one, found),
        }

    def _fault(self, fault: Fault) -> Context:
        words, detail = self.fault_words(fault.problem)
        place = fault.problem.place
        return {
            "line": fault.line,
            "text": fault.words,
            "place": place.partition(" › ")[2] or place,
            "words": words,
            "detail": detail,
        }


def titled(drafts: Iterable[Draft], titles: Mapping[str, str]) -> list[tuple[Draft, str]]:
    """Return drafts with what each is called: by its own text, else by `titles`, else ""."""
    found = ((one, title_of(one)) for one in drafts)
    return [(one, in_words(title) if title else titles.get(one.subject, "")) for one, title in found]


def add_problems(form: Form, problems: Iterable[Problem], words: Callable[[Problem], str]) -> None:
    """Let a form say why it was refused, each thing at its field where it is of one."""
    for problem in problems:
        form.add_error(problem.place if problem.place in form.fields else None, words(problem))


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _who(request: HttpRequest) -> Context:
    """Return who does it and when, as commands take it."""
    return {"by": asking.person(request), "now": asking.moment(request)}
