"""Who may look where: every page of the site, opened by everyone, about what belongs to firm A.

The world is that of the API's matrix: a case of firm A in the hands of one steward. Only those the promise
names may learn of it, and nobody is let in by a form that another site had sent.
"""

from __future__ import annotations

import re

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


# of a person, a visit, a file being brought in: a few rows that stand on a page about one thing
SHORT_LISTS = {"account", "my-data", "my-firms", "leave", "leave-of", "person", "visit", "items-import-check"}


@pytest.mark.django_db
def test_every_list_can_be_arranged_and_taken_along(scene: Scene) -> None:
    looked_at = {}
    for name in sorted(set(PAGES) & set(EXPECTED)):
        role = next((one for one in reversed(ROLES) if EXPECTED[name][ROLES.index(one)] == 200), "")
        if not role or name.endswith(("-sheet", "-pdf", "-copy")) or name in ("document", "job"):
            continue
        with at(NOW), transaction.atomic():
            page = scene.browsers[role].get(address(scene, name)).content.decode()
            transaction.set_rollback(True)
        if " data-list>" in page:
            parts = ("/columns/", "/views/", "-export", "data-list-search")
            looked_at[name] = [part in page for part in parts]
    bare = {name for name, has in looked_at.items() if not all(has)}
    # subjects in packages of their own, and mandates, have lists that are not arranged yet
    own = re.compile(r"lianqiao\.(portal|organization|service\.pages)\b")
    kept = {name for name in bare if own.match(str(getattr(PAGES[name][1].callback, "__module__", "")))}
    left = kept - SHORT_LISTS - {"my-mandates", "firm-mandates"}
    assert left == set(), " ".join(sorted(left))
    assert len(looked_at) - len(bare) >= 20
