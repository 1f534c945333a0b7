"""The firm an officer means by its code or its name."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm


def firm_meant(text: str) -> Firm:
    """Return the one firm meant; raises ValidationError where none or several are, which it names."""
    wanted = text.strip()
    found = organization.firms_matching(wanted)
    exact = [one for one in found if wanted.upper() == one.credit_code or wanted == one.name]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise forms.ValidationError(_("No firm is registered by this code or name"))
    names = "；".join(f"{one.name} {one.credit_code}" for one in found[:5])
    raise forms.ValidationError(_("Several firms are meant: %(names)s") % {"names": names})
