"""For which firm somebody shops now: their own, or one whose mandate they hold."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from lianqiao.engine.errors import refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm
from lianqiao.service.pages import asking
from lianqiao.service.pages.filing import ACTING


@dataclass(frozen=True)
class Choice:
    """The firms to choose from, and the one chosen: None where there is none."""

    firms: list[Firm]
    chosen: Firm | None


def choice_of(request: HttpRequest) -> Choice:
    """Return the firms a person shops for; the address names one (`firm`), else the one they work for now."""
    person, now = asking.person(request), asking.moment(request)
    firms = organization.firms_of(person.pk, at=now)
    held = organization.mandates(person_id=person.pk).filter(
        pk__in=organization.in_force_mandates(now).order_by().values("pk")
    )
    firms += [one.firm for one in held if one.firm not in firms]
    firms = list(dict.fromkeys(firms))
    wanted = request.POST.get("firm") or request.GET.get("firm") or str(request.session.get(ACTING) or "")
    chosen = next((firm for firm in firms if str(firm.pk) == wanted), firms[0] if firms else None)
    return Choice(firms, chosen)


def firm_chosen(request: HttpRequest) -> Firm:
    """Return the firm a form is sent for; refuses `no-firm`, and `wrong-role` for one that is not theirs."""
    choice = choice_of(request)
    if choice.chosen is None:
        raise refuse("no-firm", "the person acts for no firm", hint="ask the firm's administrator")
    if request.POST.get("firm") and str(choice.chosen.pk) != request.POST["firm"]:
        raise refuse("wrong-role", "the person does not act for this firm")
    return choice.chosen
