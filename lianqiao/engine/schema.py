"""The JSON Schema of mechanism files, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from lianqiao.engine.mechanism import Mechanism


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a mechanism file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Mechanism.model_json_schema(by_alias=True),
        "title": "Lianqiao mechanism",
    }
