"""Whose benefits a page shows: a firm's, to itself and officers, or one's own; each with its addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.pages.guarding import firm_of
from lianqiao.service.pages import asking

# the address of each page: of a firm, with its code, and one's own
_PAGES = {
    "home": ("firm-benefits", "own-benefits"),
    "policy": ("benefit-mine", "own-benefit"),
    "appeal": ("benefit-appeal", "own-benefit-appeal"),
    "decline": ("benefit-decline", "own-benefit-decline"),
    "facts": ("party-facts", "own-facts"),
    "fact": ("fact-new", "own-fact-new"),
}


@dataclass(frozen=True)
class Subject:
    """A firm or the reader themself; `acts` says whether the reader may take and decline for it."""

    one: Firm | Person
    acts: bool

    @property
    def party(self) -> parties.Party:
        """The same as facts, verdicts and grants name it."""
        return parties.of_one(self.one)

    @property
    def personal(self) -> bool:
        """Whether it is a person."""
        return isinstance(self.one, Person)

    @property
    def name(self) -> str:
        """What its pages call it."""
        return self.one.name

    def address(self, page: str, *args: Any) -> str:
        """Return the address of one of its pages."""
        of_firm, own = _PAGES[page]
        if isinstance(self.one, Firm):
            return reverse(of_firm, args=[self.one.credit_code, *args])
        return reverse(own, args=args)

    @property
    def home(self) -> str:
        """The address of all that is its."""
        return self.address("home")

    @property
    def facts(self) -> str:
        """The address of what is known of it."""
        return self.address("facts")


def subject_of(request: HttpRequest, credit_code: str = "") -> Subject:
    """Return the firm of the code where it is the reader's to see, the reader themself without a code."""
    reader = asking.person(request)
    if not credit_code:
        return Subject(reader, acts=True)
    firm = firm_of(request, credit_code)
    return firm_subject(firm, request)


def firm_subject(firm: Firm, request: HttpRequest) -> Subject:
    """Return a firm known to be the reader's to see."""
    acts = organization.acts_for(asking.person(request).pk, firm.pk, at=asking.moment(request))
    return Subject(firm, acts=acts)
