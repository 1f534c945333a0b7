"""Full addresses of pages, for use outside a request."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def licence_address(licence_id: int) -> str:
    """Return the full address of a licence's page, for use outside a request."""
    return settings.SITE_ADDRESS + reverse("licence", args=[licence_id])


def case_address(number: str) -> str:
    """Return the full address of a case's page, or of a path, for use outside a request."""
    if number.startswith("/"):
        return settings.SITE_ADDRESS + number
    return settings.SITE_ADDRESS + reverse("case", args=[number])


def document_address(code: str) -> str:
    """Return the full address of the public page of a document."""
    return settings.SITE_ADDRESS + reverse("verify-of", args=[code])


def letter_address(secret: str) -> str:
    """Return the full address of the page a letter's link leads to."""
    return settings.SITE_ADDRESS + reverse("letter", args=[secret])
