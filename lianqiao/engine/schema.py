"""The JSON Schemas of pack files, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from lianqiao.engine.bundles import Bundle
from lianqiao.engine.journeys import Journey
from lianqiao.engine.licences.shape import LicenceKind
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.policy.shape import BenefitPolicy, Vocabulary


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a mechanism file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Mechanism.model_json_schema(by_alias=True),
        "title": "Lianqiao mechanism",
    }


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of policy files: a benefit, or attributes policies share."""
    either = TypeAdapter(BenefitPolicy | Vocabulary).json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **either,
        "title": "Lianqiao policy",
    }


def licence_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of licence files: a kind, or attributes kinds share."""
    either = TypeAdapter(LicenceKind | Vocabulary).json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **either,
        "title": "Lianqiao licence",
    }


def journey_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a product's journey."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Journey.model_json_schema(by_alias=True),
        "title": "Lianqiao journey of a product",
    }


def bundle_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a bundle."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Bundle.model_json_schema(by_alias=True),
        "title": "Lianqiao bundle",
    }
