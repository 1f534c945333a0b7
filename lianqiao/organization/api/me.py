"""Who the caller is to the zone: duties, firms, and what the token opens."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import Field

from lianqiao.organization import queries
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import Shown, offer
from lianqiao.organization.api.shapes import FirmShown, PersonShown, firm_shown, person_shown

router = Router(tags=["me"])


class DutyHeld(Shown):
    """A duty the caller holds."""

    code: str
    title: str


class Me(Shown):
    """The caller."""

    person: PersonShown
    duties: list[DutyHeld]
    firms: list[FirmShown] = Field(description=_("The firms the person acts for."))
    leads: bool = Field(description=_("Whether a leader's duty is among them."))
    scopes: list[str] = Field(description=_("What this token opens, or everything when signed in."))


@offer(
    router,
    "GET",
    "/me",
    name="showMe",
    scope="any",
    says=_("Who you are here: your duties, your firms, and what your token opens."),
    answer=Me,
)
def me(request: HttpRequest) -> Me:
    """Return the caller."""
    asked, now = caller(request), moment(request)
    titles = queries.duty_titles(get_language() or "zh-hans")
    codes = sorted(queries.duties_of(asked.person.pk, at=now))
    return Me(
        person=person_shown(asked.person),
        duties=[DutyHeld(code=code, title=titles.get(code, code)) for code in codes],
        firms=[firm_shown(firm) for firm in queries.firms_of(asked.person.pk, at=now)],
        leads=any(queries.leads(code) for code in codes),
        scopes=[scope for scope in queries.SCOPES if asked.may(scope)],
    )
