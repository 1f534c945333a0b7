"""What a worker does for the drug steward over and over; any number of workers may."""

from __future__ import annotations

from lianqiao.service.drug.commands import answers


def take_answers() -> int:
    """Take the answers of inquiries that ended into those kept; returns how many were looked at."""
    return answers.take_answers()
