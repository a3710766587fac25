"""The base of every request schema, and the field types that several of them use."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

from rapporteur.domain.timeline import from_iso


class Schema(BaseModel):
    """Tolerant: unknown keys are kept in `model_extra`, where the route finds and reports them.

    null is no value but where a field says so; for every other field that may be left out it is the same as leaving it out,
    because many clients write their empty fields so.
    """

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, value: Any) -> Any:
        if not isinstance(value, dict) or None not in value.values():
            return value
        return {key: sent for key, sent in value.items() if sent is not None or not _goes_without(cls.model_fields.get(key))}

    def echo(self) -> dict[str, Any]:
        """This object as it is stored and echoed: defaults filled in, unknown keys left out."""
        return {name: _echo(getattr(self, name)) for name in type(self).model_fields}


class SparseSchema(Schema):
    """An object whose fields have no defaults of their own: only what was sent is echoed."""

    def echo(self) -> dict[str, Any]:
        return {name: value for name, value in Schema.echo(self).items() if name in self.model_fields_set}


def _goes_without(field: FieldInfo | None) -> bool:
    return field is not None and not field.is_required() and type(None) not in get_args(field.annotation)


def _echo(value: Any) -> Any:
    if isinstance(value, Schema):
        return value.echo()
    if isinstance(value, list):
        return [_echo(item) for item in value]
    return value


Metadata = Annotated[dict[str, str | None], BeforeValidator(lambda value: {} if value is None else value)]
"""A flat map of strings, on every resource; null is an empty one."""

BLANK_IS_NONE = BeforeValidator(lambda value: None if value == "" else value)
"""Of a field that may be left out: clients that fill in forms send an empty text for what they have nothing to say about."""

Word = Annotated[str, Field(max_length=255, coerce_numbers_to_str=True)]
"""An id or a password: clients whose own are numbers send numbers."""

Seconds = Annotated[int, Field(ge=1)]


def one_provider(value: dict[str, Any], known: tuple[str, ...], otherwise: str) -> dict[str, Any]:
    """`{KEY: options}` with one of these keys, for a validator; `otherwise` is what another key is said to be none of."""
    choices = f"Choose from {', '.join(known)}."
    if len(value) != 1:
        raise ValueError(f"Name exactly one provider. {choices}")
    name, options = next(iter(value.items()))
    if name not in known:
        raise ValueError(f"{str(name)[:60]!r} is {otherwise}. {choices}")
    if not isinstance(options, dict):
        raise ValueError(f"The options of {name} are an object; {{}} takes its defaults.")
    return value


def moment(remedy: str) -> AfterValidator:
    """A text that must be a time; `remedy` is said where it is none."""

    def check(value: str) -> str:
        try:
            from_iso(value)
        except (ValueError, OverflowError):
            raise ValueError(remedy) from None
        return value

    return AfterValidator(check)


def _http_url(value: str) -> str:
    if not value.lower().startswith(("http://", "https://")):
        raise ValueError("Enter a URL that begins with http:// or https://.")
    return value


HttpUrl = Annotated[str, Field(min_length=1, max_length=2048), AfterValidator(_http_url)]
