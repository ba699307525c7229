"""How parsed JSON becomes the dataclasses of the configuration, or an error that names the key."""

from dataclasses import MISSING, fields, is_dataclass
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

from .baked import ConfigError

_T = TypeVar("_T")
_KINDS: dict[Any, str] = {str: "text", float: "a number", int: "a whole number", bool: "true or false"}


def record(kind: type[_T], raw: Any, where: str) -> _T:
    """A dataclass of that kind; ConfigError names the key, `where` and below, that does not fit."""
    names = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    if not isinstance(raw, dict):
        raise _misfit(where, raw, "an object")
    for key in raw:
        if key not in names:
            raise ConfigError(
                f"unknown key {_join(where, key)}; allowed are {', '.join(names)}. Remove or rename it"
            )
    for key, field in names.items():
        if key not in raw and field.default is MISSING:
            raise ConfigError(f"missing key {_join(where, key)}; it has no default. Add it")
    return kind(**{key: _value(names[key].type, value, _join(where, key)) for key, value in raw.items()})


def _value(kind: Any, raw: Any, where: str) -> Any:
    if is_dataclass(kind):
        return record(kind, raw, where)  # type: ignore[arg-type]
    if get_origin(kind) is tuple:
        return _items(get_args(kind)[0], raw, where)
    if get_origin(kind) is Literal:
        return _one_of(get_args(kind), raw, where)
    if get_origin(kind) is UnionType:
        return None if raw is None else _value(get_args(kind)[0], raw, where)
    if kind is float and type(raw) is int:
        return float(raw)
    if type(raw) is not kind:
        raise _misfit(where, raw, _KINDS[kind])
    return raw


def _items(kind: Any, raw: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise _misfit(where, raw, "a list")
    return tuple(_value(kind, item, f"{where}[{index}]") for index, item in enumerate(raw))


def _one_of(choices: tuple[str, ...], raw: Any, where: str) -> str:
    if not isinstance(raw, str) or raw not in choices:
        raise _misfit(where, raw, "one of " + ", ".join(choices))
    return raw


def _misfit(where: str, raw: Any, allowed: str) -> ConfigError:
    return ConfigError(f"{where or 'configuration'} is {raw!r}; {allowed} is allowed. Write it with dumps")


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
