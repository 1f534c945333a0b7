"""What every file of a pack is made of: tables that refuse unknown keys, names, words in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

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

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema with what the text under each field says."""
        from lianqiao.engine.field_words import field_words  # noqa: PLC0415 - only schemas need it

        made = handler(schema)
        properties = handler.resolve_ref_schema(made).get("properties", {})
        for name, words in field_words(cls).items():
            field = cls.model_fields[name]
            properties[field.alias or name].setdefault("description", words)
        return made


class Text(Part):
    """The same words in each language of the product."""

    zh_hans: str = Field(alias="zh-hans", min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: str) -> str:
        """Return the words in `language`; anything but English reads Chinese, the product's default."""
        return self.en if language.startswith("en") else self.zh_hans
