"""Filters: a name masked, hundredths as points."""

from __future__ import annotations

from django import template

from lianqiao.engine.masking import masked_name
from lianqiao.innovation.talent.wording import points as written

register = template.Library()


@register.filter
def masked(name: str) -> str:
    """Return a name with its middle hidden."""
    return masked_name(name)


@register.filter
def points(hundredths: int) -> str:
    """Return hundredths of a point as they are written."""
    return written(hundredths)
