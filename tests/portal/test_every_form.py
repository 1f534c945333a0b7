"""Every form of every page, found by walking the addresses: typed into it what nobody should get through.

Markup is never answered as markup, neither on the page nor on those that show what was kept; control
characters are never kept, ten thousand characters are taken or refused with a reason, and nothing fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
from django.db import transaction
from django.test import Client

from lianqiao.bridge.models import Entry
from lianqiao.organization.models import Change
from tests.portal.forms_found import Form, forms_in
from tests.portal.matrix_world import ROLES
from tests.portal.page_rights import EXPECTED
from tests.portal.page_scene import PAGES, Scene, address, scene
from tests.world import NOW, at, stream

__all__ = ["scene"]

pytestmark = [pytest.mark.once, pytest.mark.django_db]
MARKUP = "\"'><script>window.bridge=1</script><img src=x onerror=bridge()>{{ 7 }}桥😀"
TYPED = {
    "markup": MARKUP,
    "control": "桥\x00\x01\x1b[31m\u202e\u2028\x7f\x85上\r\n😀\ufeff",
    "long": "字" * 9_999 + "😀",
}
RAN = re.compile(r"<script>window\.bridge|<img src=x onerror")
KEPT = re.compile(rf"{RAN.pattern}|[\x00\x01\x1b\u202e]")
# what every kept word shows up on, for whoever may see it
SHOWN_ON = (
    *("/", "/matters/", "/worklist/", "/notices/", "/drafts/", "/visits/", "/duty/", "/tokens/"),
    *("/registers/people/", "/registers/units/", "/registers/bindings/", "/account/data/"),
)


def found(scene: Scene, role: str, known: set[Any]) -> Iterator[tuple[str, Form]]:
    """Yield every form with a field for text that a role is shown and none before it was."""
    for name in sorted(set(PAGES) & set(EXPECTED)):
        if EXPECTED[name][ROLES.index(role)] != 200 or name.endswith("-sheet"):
            continue
        here = address(scene, name)
        answer = scene.browsers[role].get(here)
        if answer.streaming:
            stream(answer)
            continue
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        for form in forms_in(answer.content.decode()):
            to = urljoin(here, form.action).partition("?")[0]
            # the menus of one list are those of every list
            kind = (re.sub(r"\d+|(?<=/lists/)[a-z-]+", "#", to), tuple(sorted(form.texts)))
            if form.texts and kind not in known:
                known.add(kind)
                yield to, form


def test_nothing_gets_through_any_form(scene: Scene) -> None:
    known: set[Any] = set()
    for role in ("office", "steward", "leader", "firm_a", "anonymous"):
        with at(NOW):
            forms = list(found(scene, role, known))
        for to, form in forms:
            for how in TYPED:
                with at(NOW), transaction.atomic():
                    check(scene.browsers[role], to, form, how)
                    transaction.set_rollback(True)
    assert len(known) >= 25, sorted(known)


def check(browser: Client, to: str, form: Form, how: str) -> None:
    before = browser.cookies["sessionid"].value if "sessionid" in browser.cookies else ""
    answer = browser.post(to, form.filled(TYPED[how]))
    assert answer.status_code < 500, f"{to} with {how}"
    assert 'name="' not in answer.headers.get("Location", "")
    # a form that refuses shows again what was typed: as text
    assert not RAN.search(body(answer)), f"{to} answers {how} as it was typed"
    if answer.status_code >= 400 or "sessionid" not in browser.cookies:
        return
    if browser.cookies["sessionid"].value != before:
        # signed in anew or out: this browser is not the one it was
        browser.cookies["sessionid"] = before
        return
    # the pages that show what was kept, where something was; so many characters show nothing further
    pages = SHOWN_ON if answer.status_code == 302 and how != "long" else ()
    for shown in (answer.headers.get("Location", to), *pages):
        seen = browser.get(shown)
        assert seen.status_code < 500, f"{shown} after {to} with {how}"
        assert not KEPT.search(body(seen)), f"{shown} shows what {to} kept of {how} as it was typed"
    kept = "".join(Entry.objects.values_list("body", flat=True)) + "".join(
        str(one) for one in Change.objects.values_list("details", flat=True)
    )
    assert "\x00" not in kept


def body(answer: Any) -> str:
    return "" if answer.streaming else str(answer.content.decode(errors="replace"))
