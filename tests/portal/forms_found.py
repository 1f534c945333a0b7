"""The forms of a page as a browser sees them: where they go, what they hold, which fields take text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXT = {"text", "search", "email", "url", "tel", "password", "number", "time", "date", "datetime-local", ""}


@dataclass
class Form:
    """One form that posts: `texts` are the names a person types into, `values` what it holds as it stands."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def filled(self, text: str) -> dict[str, list[str]]:
        """Return what is sent where this text is typed into every field that takes text."""
        return self.values | {name: [text] for name in self.texts}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.inside: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = Form(given.get("action", ""))
            self.by_id[given.get("id", "")] = self.inside
            if given.get("method", "").lower() == "post":
                self.forms.append(self.inside)
            return
        form = self.by_id.get(given.get("form", "-"), self.inside)
        name = given.get("name", "")
        if form is None or "disabled" in given:
            return
        if tag in ("option", "select"):
            self._offered(form, tag, given)
        elif name and (tag == "textarea" or (tag == "input" and given.get("type", "") in TEXT)):
            form.texts.append(name)
        elif name and tag == "input":
            self._chosen(form, given)

    def _offered(self, form: Form, tag: str, given: dict[str, str]) -> None:
        if tag == "select":
            self.select = given.get("name", "")
            form.values.setdefault(self.select, [])
        # an option that stands for something: an empty one is a form not filled in
        elif given.get("value") and self.select and ("selected" in given or not form.values[self.select]):
            form.values[self.select] = [given["value"]]

    def _chosen(self, form: Form, given: dict[str, str]) -> None:
        kind = given.get("type", "")
        if kind in ("hidden", "checkbox") or (kind == "radio" and given["name"] not in form.values):
            form.values.setdefault(given["name"], []).append(given.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "select":
            self.select = ""


def forms_in(page: str) -> list[Form]:
    """Return the forms of a page that post something, in their order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms
