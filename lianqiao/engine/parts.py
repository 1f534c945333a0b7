"""What every file of a pack is made of: tables that refuse unknown keys, names, words in both languages."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[
    tuple[str, ...],
    BeforeValidator(_one_or_many),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class Part(BaseModel):
    """Base of every table in a mechanism file: unknown keys are errors, values cannot change."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, use_attribute_docstrings=True, defer_build=True
    )


class Text(Part):
    """The same words in each language of the product."""

    zh_hans: str = Field(alias="zh-hans", min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: str) -> str:
        """Return the words in `language`; anything but English reads Chinese, the product's default."""
        return self.en if language.startswith("en") else self.zh_hans
