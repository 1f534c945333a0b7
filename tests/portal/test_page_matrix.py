"""Who may look where: every page of the site, opened by everyone, about what belongs to firm A.

The world is that of the API's matrix: a case of firm A in the hands of one steward. Only those the promise
names may learn of it, and nobody is let in by a form that another site had sent.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from tests.portal.matrix_world import ROLES
from tests.portal.page_rights import EXPECTED
from tests.portal.page_scene import PAGES, Scene, address, scene
from tests.world import NOW, at, stream

__all__ = ["scene"]

pytestmark = pytest.mark.once


def test_the_matrix_is_whole() -> None:
    assert set(EXPECTED) == set(PAGES)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(PAGES))
def test_who_may_look(scene: Scene, name: str) -> None:
    found = {}
    for role in ROLES:
        with at(NOW), transaction.atomic():
            answer = scene.browsers[role].get(address(scene, name))
            found[role] = answer.status_code
            told = stream(answer) if answer.streaming else answer.content
            transaction.set_rollback(True)
        if role == "firm_b" and name != "progress-of":
            # without its progress code B learns nothing of firm A's case
            assert scene.title not in told.decode(errors="ignore")
    assert tuple(found.values()) == EXPECTED[name]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_form_from_another_site_is_refused(scene: Scene, name: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = scene.browsers["steward"].cookies
    with at(NOW), transaction.atomic():
        answer = strict.post(address(scene, name), {"text": "示例"})
        transaction.set_rollback(True)
    assert answer.status_code in (403, 404, 405), "taken without the page's own token"
