"""The API's documentation as a page of the site: no script, no other server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianqiao.bridge.refusals import WORDS as BELOW
from lianqiao.engine.errors import Problem
from lianqiao.organization.wording import SENTENCES
from lianqiao.portal.api import document, problems
from lianqiao.portal.api.root import api

Node = dict[str, Any]
# the words of a problem, without the values of a case
_NO_FACTS = "…"


def docs(request: HttpRequest) -> HttpResponse:
    """Show every operation by subject, and the words of every problem."""
    made = document.of(api)
    context = {
        "about": made["info"]["description"],
        "version": made["info"]["version"],
        "groups": list(_groups(made)),
        "shapes": list(_shapes(made)),
        "scopes": made["components"]["securitySchemes"]["token"]["description"],
        "codes": list(_codes()),
    }
    return render(request, "portal/pages/api_docs.html", context)


def _groups(made: Node) -> Iterator[Node]:
    for tag in made["tags"]:
        found = [
            _operation(address, method, one)
            for address, method, one in document.operations(made)
            if tag["name"] in one["tags"]
        ]
        if found:
            yield {"id": tag["name"], "title": tag["description"], "operations": found}


def _operation(address: str, method: str, one: Node) -> Node:
    body = one.get("requestBody", {}).get("content", {})
    good = next(code for code in one["responses"] if code.startswith("2"))
    answer = one["responses"][good].get("content", {})
    return {
        "id": one["operationId"],
        "method": method.upper(),
        "address": address,
        "summary": one["summary"],
        "description": one["description"],
        "scope": one["x-scope"],
        "parameters": [_parameter(parameter) for parameter in one.get("parameters", ())],
        "body": _named(body),
        "status": good,
        "answer": _named(answer),
        "refuses": [code for code in one["responses"] if code != good],
    }


def _parameter(parameter: Node) -> Node:
    return {
        "name": parameter["name"],
        "in": parameter["in"],
        "required": parameter["required"],
        "kind": _kind(parameter["schema"]),
        "description": parameter.get("description", ""),
    }


def _named(content: Node) -> str:
    """Return the shape or media type a body has."""
    for kind, value in content.items():
        schema = value["schema"]
        return _kind(schema) if kind == "application/json" else str(kind)
    return ""


def _shapes(made: Node) -> Iterator[Node]:
    for name, schema in sorted(made["components"]["schemas"].items()):
        required = set(schema.get("required", ()))
        fields = [
            {
                "name": field,
                "kind": _kind(one),
                "required": field in required,
                "description": one.get("description", ""),
            }
            for field, one in schema.get("properties", {}).items()
        ]
        yield {"name": name, "fields": fields}


def _kind(schema: Node) -> str:
    """Return what a value is in a few words: `string`, `list of CaseRow`, `"a" | "b"`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(one, ensure_ascii=False) for one in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("format", kind)) if kind == "string" else kind


def _codes() -> Iterator[Node]:
    """Yield every code a refusal may carry, with its status and its words."""
    for code in sorted({*problems.WORDS, *SENTENCES, *BELOW, *problems.STATUS}):
        status = problems.STATUS.get(code, problems.UNPROCESSABLE)
        yield {
            "code": code,
            "status": status,
            "words": problems.words(Problem(code, code, facts=_Anything())),
        }


class _Anything(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return _NO_FACTS
