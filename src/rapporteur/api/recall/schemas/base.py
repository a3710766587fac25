"""The base of every request schema, and the field types that several of them use."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


class Schema(BaseModel):
    """Tolerant: unknown keys are kept in `model_extra`, where the route finds and reports them."""

    model_config = ConfigDict(extra="allow")

    def echo(self) -> dict[str, Any]:
        """This object as it is stored and echoed: defaults filled in, unknown keys left out."""
        return {name: _echo(getattr(self, name)) for name in type(self).model_fields}


class SparseSchema(Schema):
    """An object whose fields have no defaults of their own: only what was sent is echoed."""

    def echo(self) -> dict[str, Any]:
        return {name: value for name, value in Schema.echo(self).items() if name in self.model_fields_set}


def _echo(value: Any) -> Any:
    if isinstance(value, Schema):
        return value.echo()
    if isinstance(value, list):
        return [_echo(item) for item in value]
    return value


Metadata = Annotated[dict[str, str | None], BeforeValidator(lambda value: {} if value is None else value)]
"""A flat map of strings, on every resource; null is an empty one."""

Seconds = Annotated[int, Field(ge=1)]


def _http_url(value: str) -> str:
    if not value.lower().startswith(("http://", "https://")):
        raise ValueError("Enter a URL that begins with http:// or https://.")
    return value


HttpUrl = Annotated[str, Field(min_length=1, max_length=2048), AfterValidator(_http_url)]
