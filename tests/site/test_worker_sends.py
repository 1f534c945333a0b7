"""What time could not do to one case keeps nothing from being sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.site import worker
from tests.bridge.town import Town

pytestmark = pytest.mark.django_db


def test_mail_goes_out_though_a_promise_was_taken_from_the_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town()
    town.file_drama()

    def refused(**_: Any) -> int:
        raise refuse("unknown-mechanism", "the promise is not there")

    monkeypatch.setitem(worker.jobs.PARTS, "cases", refused)
    with pytest.raises(Refusal, match="is not there"):
        worker.tick_once(now=town.now)
    assert len(mail.outbox) == 1
