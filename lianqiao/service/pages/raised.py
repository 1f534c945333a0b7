"""The list of problems that becomes a list of results: what was raised, and how much of it is solved."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs, queries
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.service.language import in_words, listed_words
from lianqiao.service.pages import asking
from lianqiao.service.pages.case_list import CaseList
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.queries.resolution import LISTS, Share, listed_for, listed_in, share_of, totals_of
from lianqiao.service.shown_values import money_words

SORT = {"": "due", "solved": "-closed", "public": "due", "all": "-opened"}
SHOWN = ("case", "firm", "state", "standing", "due", "holder", "opened")


@require_safe
@refusals_shown
def raised(request: HttpRequest, mechanism: str) -> HttpResponse:
    """Show the share solved with its definition, and one of the lists behind it."""
    promise, show = _promise(request, mechanism), _show(request)
    share = share_of(promise)
    cases = _listed(request, promise, show)
    if cases.look.opening:
        return redirect(cases.look.opening)
    context = cases.context()
    context |= {
        "promise": promise,
        "title": in_words(promise.title),
        "share": share,
        "rate": None if share.rate is None else f"{share.rate / 10:.1f}",
        "definition": _definition(promise),
        "totals": [
            (in_words(promise.fields[name].title), money_words(amount) if _money(promise, name) else amount)
            for name, amount in totals_of(promise).items()
        ],
        "tabs": _tabs(promise, share, show),
        "show": show,
        "export": reverse("raised-sheet", args=[promise.id]),
        "may_take_in": queries.takes_in(promise, asking.person(request), at=asking.moment(request)),
    }
    return render(request, "service/raised.html", context)


@require_safe
@refusals_shown
def raised_sheet(request: HttpRequest, mechanism: str) -> FileResponse:
    """Send the same cases, all of them, as a workbook."""
    promise, show = _promise(request, mechanism), _show(request)
    name = f"{in_words(promise.title)} {_words()[show]}"
    return _listed(request, promise, show).sheet(name)


def _listed(request: HttpRequest, promise: Mechanism, show: str) -> CaseList:
    shown = {*SHOWN} - {"due"} | {"closed"} if show == "solved" else {*SHOWN}
    name = f"raised-{show}-{promise.id}" if show else f"raised-{promise.id}"
    return CaseList(request, listed_in(promise, show), name, SORT[show], shown, [])


def _promise(request: HttpRequest, mechanism: str) -> Mechanism:
    promise = packs.current().newest(mechanism)
    if promise.resolution is None:
        raise refuse("unknown-mechanism", "nothing is counted as solved under this promise")
    if promise not in listed_for(asking.person(request).pk, at=asking.moment(request)):
        raise PermissionDenied(_("Only people who have a part in this promise see all its cases."))
    return promise


def _show(request: HttpRequest) -> str:
    show = request.GET.get("show", "")
    return show if show in LISTS else ""


def _words() -> dict[str, str]:
    return {"": _("Problems"), "solved": _("Results"), "public": _("Public list"), "all": _("All")}


def _tabs(promise: Mechanism, share: Share, show: str) -> list[dict[str, Any]]:
    counts = {"": share.unsolved, "solved": share.solved, "public": share.public, "all": share.raised}
    here = reverse("raised", args=[promise.id])
    return [
        {
            "label": _words()[name],
            "url": f"{here}?show={name}",
            "current": name == show,
            "count": counts[name],
        }
        for name in LISTS
    ]


def _money(promise: Mechanism, name: str) -> bool:
    return promise.fields[name].type == "money"


def _definition(promise: Mechanism) -> str:
    """Return in words what is divided by what."""
    assert promise.resolution is not None
    titles = {name: in_words(state.title) for name, state in promise.states.items()}
    solved = listed_words(titles[name] for name in promise.resolution.solved)
    left_out = listed_words(titles[name] for name in promise.resolution.left_out)
    words = _("Ended as %(solved)s, divided by everything raised, counted now") % {"solved": solved}
    return words + (_("; not counted: %(left_out)s") % {"left_out": left_out} if left_out else "")
