"""The OpenAPI document: what the rooms declared, with the refusals, headers and rights of the front door."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI

from lianqiao.organization.api.offering import OFFER
from lianqiao.organization.queries import SCOPES
from lianqiao.portal.api.problems import TITLES

Node = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
REFUSED = {"$ref": "#/components/schemas/Refused"}

ABOUT = _(
    "Everything the pages can do, through the same commands. Rights are a person's own duties at the moment "
    "of the request; a token's scopes narrow them. Lists are cut by `cursor`; refusals are problem details "
    "(RFC 9457) in the language of `Accept-Language`."
)
TAGS = {
    "me": _("Who asks"),
    "promises": _("What the zone promises"),
    "cases": _("Cases"),
    "acts": _("Acts on cases"),
    "beside": _("Messages, ratings, documents of decisions"),
    "attachments": _("Files"),
    "uploads": _("Large files in pieces"),
    "lists": _("Matters and worklist"),
    "overview": _("Overview"),
    "visits": _("Visits"),
    "bundles": _("Bundles"),
    "products": _("Products on their way"),
    "answers": _("Answers kept"),
    "licences": _("Licences"),
    "notices": _("Notices"),
    "changes": _("Change feed"),
    "webhooks": _("Webhooks"),
    "items": _("Service items"),
    "clock": _("Clock"),
    "progress": _("Public progress"),
    "jobs": _("Long jobs"),
    "benefits": _("Benefits by rule"),
    "drafts": _("Drafts"),
    "mining": _("Process mining"),
    "studio": _("Mechanism studio"),
    "duties": _("Duties"),
    "people": _("People and units"),
    "leaves": _("Leaves"),
    "firms": _("Firms"),
    "talents": _("Talents"),
    "assistance": _("Assistance: basket, mandates, channels"),
    "tasks": _("Reform task list"),
    "policies": _("Policies"),
    "identity": _("Sessions, requests to act for a firm, locks"),
}
SCOPE_WORDS = {
    "read": _("see what you may see"),
    "file": _("open cases and send files for them"),
    "act": _("take steps, send files for them, mark notices read"),
    "duty": _("leaves, deputies, hand-over, giving cases to colleagues"),
    "office": _("people, units, duties and firms"),
    "hooks": _("webhooks"),
}
HEADERS = {
    "ETag": _("The number of the newest entry of the case's log."),
    "Location": _("The address of what was made."),
    "Upload-Offset": _("How many bytes are here."),
    "Upload-Length": _("How many bytes the file has."),
    "Upload-Expires": _("When it is given up unless gone on with."),
}
PROBLEM: Node = {
    "type": "object",
    "description": _("Why a request was refused: problem details, RFC 9457."),
    "properties": {
        "type": {"type": "string", "description": _("Leads to the words about the code.")},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "problems": {
            "type": "array",
            "description": _("Every problem found, not only the first."),
            "items": {"$ref": "#/components/schemas/Problem"},
        },
    },
    "required": ["type", "title", "status", "detail", "problems"],
}
ONE_PROBLEM: Node = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "description": _("Stays the same; branch on this.")},
        "field": {"type": "string", "description": _("The field it is about; empty for none.")},
        "place": {"type": "string"},
        "reason": {"type": "string", "description": _("For people, in the language asked for.")},
        "hint": {"type": "string"},
    },
    "required": ["code", "field", "place", "reason", "hint"],
}
KEY: Node = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "description": _("The same key with the same request is done once and answered alike, for 24 hours."),
}


def of(api: NinjaAPI) -> Node:
    """Return the document in the active language; it is the same for the life of the process."""
    return _of(api, get_language() or "zh-hans")


@lru_cache(maxsize=8)
def _of(api: NinjaAPI, language: str) -> Node:
    made: Node = copy.deepcopy(dict(api.get_openapi_schema(path_prefix="/api/v1/")))
    made["info"]["description"] = ABOUT
    made["servers"] = [{"url": "/"}]
    made["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
    made["components"]["schemas"] |= {
        "Refused": copy.deepcopy(PROBLEM),
        "Problem": copy.deepcopy(ONE_PROBLEM),
    }
    made["components"]["responses"] = {
        str(code): {"description": words, "content": {"application/problem+json": {"schema": dict(REFUSED)}}}
        for code, words in TITLES.items()
    }
    scopes = "; ".join(f"`{scope}`: {gettext(SCOPE_WORDS[scope])}" for scope in SCOPES)
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": f"{gettext(TOKEN)} {scopes}"},
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": SESSION},
    }
    for _address, method, operation in operations(made):
        _complete(method, operation)
        _say(operation)
    if not language.startswith("en"):
        # what a shape is called says what it is; the sentence about it is the program's own, in English
        for name, schema in made["components"]["schemas"].items():
            if name not in ("Refused", "Problem"):
                schema.pop("description", None)
    _translate(made)
    return _tidied(made)


TOKEN = _("An access token, made on the page “Access tokens”. Its scopes:")
SESSION = _("A signed-in browser; requests that change something need the CSRF token in `X-CSRFToken`.")


def operations(made: Node) -> Iterator[tuple[str, str, Node]]:
    """Yield (address, method, operation) of a document."""
    for address, item in made["paths"].items():
        for method in METHODS:
            if method in item:
                yield address, method, item[method]


def _complete(method: str, operation: Node) -> None:
    offer = operation.pop(OFFER)
    operation["x-more"] = offer["more"]
    operation["x-scope"] = offer["scope"]
    if offer["scope"]:
        scopes = [] if offer["scope"] == "any" else offer["scope"].split()
        operation["security"] = [{"token": scopes}, {"session": []}]
    if offer["body"]:
        operation["requestBody"] = offer["body"]
    for parameter in operation.get("parameters", ()):
        _tidy_parameter(parameter)
    if method == "post":
        operation.setdefault("parameters", []).append(copy.deepcopy(KEY))
    _answers(operation, offer, method)


def _tidy_parameter(parameter: Node) -> None:
    schema = parameter["schema"]
    # a parameter's own examples would have to be a table; those of its schema are a list
    parameter.pop("examples", None)
    schema.pop("title", None)
    if "anyOf" in schema:
        # an address cannot carry null: what may be left out is left out
        kinds = [one for one in schema["anyOf"] if one != {"type": "null"}]
        if len(kinds) == 1:
            schema.pop("anyOf")
            schema.update(kinds[0])
    if schema.get("default", 0) is None:
        del schema["default"]


def _answers(operation: Node, offer: Node, method: str) -> None:
    responses = operation["responses"]
    (status,) = list(responses)
    responses[str(status)] = good = responses.pop(status)
    if offer["gives"]:
        good["content"] = {offer["gives"]: {"schema": {"type": "string", "format": "binary"}}}
    if offer["headers"]:
        good["headers"] = {
            name: {"schema": {"type": "string"}, "description": HEADERS[name]} for name in offer["headers"]
        }
    statuses = _statuses(operation, offer, method)
    if 304 in statuses:
        statuses.remove(304)
        responses["304"] = {"description": _("It has not changed since.")}
    for code in sorted(statuses):
        responses[str(code)] = {"$ref": f"#/components/responses/{code}"}


def _statuses(operation: Node, offer: Node, method: str) -> set[int]:
    found = {422, 429, 503, *offer["refuses"]}
    found |= {401, 403} if offer["scope"] else {401}
    if method != "get":
        found |= {400, 409, 413}
    if "requestBody" in operation:
        found |= {415}
    if offer["body"]:
        found |= {507}
    return found


def _say(operation: Node) -> None:
    """Put what an operation says into the active language."""
    words = [operation["summary"], operation.pop("x-more")]
    operation["summary"] = gettext(words[0])
    operation["description"] = " ".join(gettext(one) for one in words if one)


def _tidied(made: Node) -> Node:
    """Return the document with pages of X called XPage, and without shapes nothing refers to."""
    text = re.sub(r"\bPage_(\w+?)_\b", r"\1Page", json.dumps(made))
    made = json.loads(text)
    schemas = made["components"]["schemas"]
    while unused := schemas.keys() - set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(made))):
        for name in unused:
            del schemas[name]
    return made


def _translate(node: Any) -> None:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "description" and isinstance(value, str) and value:
                node[name] = gettext(value)
            else:
                _translate(value)
    elif isinstance(node, list):
        for part in node:
            _translate(part)
