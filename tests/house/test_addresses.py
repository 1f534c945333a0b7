"""Every address is guarded: a stranger gets no more than the sign-in page, unless it is listed here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

# open to everyone, each for the reason beside it
pytestmark = pytest.mark.once
PUBLIC = {
    "home",  # the zone's front page
    "sign-in",
    "sign-in-code",  # the second step: nothing without the first
    "outside",  # the way to the identity provider, 404 where none is set up
    "outside-back",
    "register",
    "forgotten",
    "letter",  # a mailed link, which works once
    "privacy",
    "set-language",
    "personas",  # exists in demonstration mode only
    "services",  # what the zone promises
    "service",
    "progress",  # public progress by code, showing nothing private
    "progress-of",
    "verify",  # whether a document is genuine, asked by whoever is shown one
    "verify-of",
    "talent-standard",  # by what people are evaluated, open to whoever is
    "public-notice",  # what the zone is about to pay
    "licence-kinds",  # which licences are renewed by which rules
    "licence-verify",  # whether an e-licence holds, asked by whoever is shown one
    "licence-verify-of",
    "licence-keys",  # the public keys and the signed list of what was revoked: whoever verifies needs them
    "licence-issuer",
    "licence-status",
    "kept",  # sums of kept promises, small numbers withheld
    "bundles",  # what the zone bundles
    "drug-desk",  # what the steward offers, and the roads of products
    "journey",
    "items",  # the public catalogue of service items
    "item",
    "item-suggestions",
    "health-live",  # asked by supervisors and load balancers, which cannot sign in; says yes
    "health-ready",  # likewise; names the checks, with reasons only for this machine or with the token
    # over the API: its own document, and what pages show everyone
    "api-document",
    "api-docs",
    "api-nothing",  # 404 for every other address
    "listPromises",
    "showPromise",
    "showNeeds",
    "showResolution",
    "searchItems",
    "showItem",
    "listDepartments",
    "showJourneys",
    "showBundles",
    "askBundle",
    "showProgress",
    "verifyResult",
    "showLicenceKinds",
    "verifyELicence",
    "metrics",  # 401 but for this machine or with the token: tests/site/test_probes.py
}
SAMPLES = {"str": "WDJ-2026-000001", "int": "1", "slug": "microdrama-filing", "path": "x"}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


ALL = list(patterns(get_resolver()))


def test_every_address_has_a_name() -> None:
    assert [route for route, pattern in ALL if not pattern.name] == []


def test_the_list_of_public_addresses_is_current() -> None:
    assert {str(pattern.name) for _, pattern in ALL} >= PUBLIC


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("route", "pattern"),
    [(route, pattern) for route, pattern in ALL if pattern.name not in PUBLIC],
    ids=[str(pattern.name) for _, pattern in ALL if pattern.name not in PUBLIC],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_guarded(route: str, pattern: URLPattern, method: str) -> None:
    address = "/" + route
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        sample = SAMPLES["str" if kind == "string" else kind]
        for label in (kind, "str", "int", "slug", "path"):
            address = address.replace(f"<{label}:{name}>", sample).replace(f"<{name}>", sample)
    response = getattr(Client(), method)(address)
    # a program is told plainly that it must say who it is; a person is shown the way in
    refused = (401, 405) if address.startswith("/api/") else (302, 405)
    assert response.status_code in refused, f"{address} answered {response.status_code}"
    if response.status_code == 302:
        assert response.headers["Location"].startswith("/sign-in/")
