"""What a component's arguments look like to another language, decided by the fields of our dataclasses.

One description serves the package schema and the reading of what arrives, so that the two cannot differ.
"""

import ast
import dataclasses
import inspect
import itertools
import textwrap
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, ForwardRef, Literal, NewType, Union, get_args, get_origin

import pulumi

BakedText = NewType("BakedText", str)
"""Text that goes into a bundle or is read while a component is built: it may be secret, but must be known."""

WITHOUT = "without"
"""The argument that names others there shall be none of: an engine cannot tell null from nothing said."""

_LONGEST_DEFAULT = 60
_DESCRIBED: dict[type[Any], Mapping[str, str]] = {}  # by class: sources are slow to read


@dataclass(frozen=True)
class Scalar:
    """One value: `string`, `integer`, `number` or `boolean`."""

    type: Literal["string", "integer", "number", "boolean"]
    choices: tuple[str, ...] = ()
    """What it may be; empty: anything of its type."""

    may_be_output: bool = False
    """Whether it may be an output of another resource, not known before the deploy."""

    is_baked: bool = False
    """Whether it may be a secret that is read at once."""


@dataclass(frozen=True)
class ListOf:
    """Several of a kind; `collect` makes the collection that the dataclass has."""

    items: "Shape"
    collect: Callable[[Collection[Any]], Any] = tuple


@dataclass(frozen=True)
class MapOf:
    """Values by names of the caller's own."""

    values: "Shape"


@dataclass(frozen=True)
class Record:
    """An object with named fields: a dataclass of ours."""

    cls: type[Any]


@dataclass(frozen=True)
class Document:
    """Free-form, as an IAM statement: any value in it may be an output, and no name in it is translated."""


Shape = Scalar | ListOf | MapOf | Record | Document


@dataclass(frozen=True, kw_only=True)
class Property:
    """One argument, as it is named and shaped on the wire, and the field it fills."""

    field: str
    name: str
    shape: Shape
    required: bool
    description: str


def properties(cls: type[Any], left_out: frozenset[str] = frozenset()) -> tuple[Property, ...]:
    """The arguments that stand for a dataclass's fields, in their order.

    A field that takes one kind of object or another is one argument for each; a field that has a default
    and also takes None can be named in `without`.
    """
    fields = [field for field in dataclasses.fields(cls) if field.name not in left_out]
    told = [found for field in fields for found in _of_field(cls, field)]
    nullable = tuple(camel_case(field.name) for field in fields if is_nullable(field))
    return (*told, *((_without(nullable),) if nullable else ()))


def is_nullable(field: "dataclasses.Field[Any]") -> bool:
    """Whether None means something else than saying nothing."""
    has_default = _default(field) not in (None, dataclasses.MISSING)
    return has_default and NoneType in _kinds(field.type)


def camel_case(name: str) -> str:
    """`ttl_seconds` as `ttlSeconds`."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def descriptions(cls: type[Any]) -> Mapping[str, str]:
    """What is written below each annotation of a class and of those it is derived from."""
    if cls not in _DESCRIBED:
        _DESCRIBED[cls] = _read_descriptions(cls)
    return _DESCRIBED[cls]


def _read_descriptions(cls: type[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__[:-1]):
        if not base.__module__.startswith("asset_edge."):
            continue
        (written,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        assert isinstance(written, ast.ClassDef)  # noqa: S101 - the source of a class is one
        found |= dict(_below_annotations(written.body))
    return found


def _below_annotations(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    for annotation, below in itertools.pairwise(body):
        match annotation, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)


def _of_field(cls: type[Any], field: "dataclasses.Field[Any]") -> Iterator[Property]:
    kinds = [kind for kind in _kinds(field.type) if kind is not NoneType]
    plain = [kind for kind in kinds if not _is_eventual(kind)]
    may_be_output = len(plain) < len(kinds)
    for kind in plain:
        shape = _shape(kind, may_be_output=may_be_output)
        yield Property(
            field=field.name,
            name=_name(field.name, kind, plain),
            shape=shape,
            required=len(plain) == 1 and _default(field) is dataclasses.MISSING,
            description=_description(cls, field, shape, len(plain)),
        )


def _name(field: str, kind: Any, plain: Sequence[Any]) -> str:
    """The field's own name, unless it takes one thing or another: then each says which."""
    if len(plain) == 1:
        return camel_case(field)
    if kind is str:
        return camel_case(f"{field}_arn" if field == "web_acl" else f"{field}_id")
    if str in plain:
        return camel_case(field)
    return f"{kind.__name__[0].lower()}{kind.__name__[1:]}"


def _kinds(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _is_eventual(kind: Any) -> bool:
    """Whether it is one of the forms, besides the plain one, that `pulumi.Input` has."""
    return get_origin(kind) in (Awaitable, pulumi.Output) or isinstance(kind, ForwardRef)


def _shape(hint: Any, *, may_be_output: bool = False) -> Shape:
    kinds = [kind for kind in _kinds(hint) if kind is not NoneType]
    plain = [kind for kind in kinds if not _is_eventual(kind)]
    if len(plain) != 1:
        raise TypeError(f"{hint} is one thing or another within a list or map; give each its own field")
    return _plain_shape(plain[0], may_be_output=may_be_output or len(plain) < len(kinds))


def _plain_shape(kind: Any, *, may_be_output: bool) -> Shape:
    scalars = {str: "string", int: "integer", float: "number", bool: "boolean"}
    if kind is BakedText:
        return Scalar("string", is_baked=True)
    if kind is Any:
        return Document()
    if kind in scalars:
        return Scalar(scalars[kind], may_be_output=may_be_output)  # type: ignore[arg-type] # one of the four
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return Record(kind)
    return _generic_shape(kind)


def _generic_shape(kind: Any) -> Shape:
    origin, told = get_origin(kind), get_args(kind)
    if origin is Literal:
        return Scalar("string", choices=told)
    if origin is Mapping:
        values = _shape(told[1])
        return values if isinstance(values, Document) else MapOf(values)
    if origin in (Sequence, tuple, frozenset):
        return ListOf(_shape(told[0]), frozenset if origin is frozenset else tuple)
    raise TypeError(f"{kind} has no shape that another language knows; add one, or leave the field out")


def _default(field: "dataclasses.Field[Any]") -> Any:
    """What is used where nothing is said; the factories' values too."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _description(cls: type[Any], field: "dataclasses.Field[Any]", shape: Shape, ways: int) -> str:
    return " ".join(
        part
        for part in (
            descriptions(cls).get(field.name, ""),
            _said_of_choices(shape),
            _said_of_default(_default(field)) if ways == 1 else "Instead of the other form of it.",
        )
        if part
    )


def _said_of_choices(shape: Shape) -> str:
    inner = shape.items if isinstance(shape, ListOf) else shape
    choices = inner.choices if isinstance(inner, Scalar) else ()
    return f"One of: {', '.join(choices)}." if choices else ""


def _said_of_default(default: Any) -> str:
    if isinstance(default, bool):
        return f"Default: {str(default).lower()}."
    if isinstance(default, (str, int, float)) and default != "" and len(str(default)) < _LONGEST_DEFAULT:
        return f"Default: {default}."
    return ""


def _without(nullable: tuple[str, ...]) -> Property:
    return Property(
        field=WITHOUT,
        name=WITHOUT,
        shape=ListOf(Scalar("string", choices=nullable)),
        required=False,
        description=f"Of these arguments there is none, not even the default. One of: {', '.join(nullable)}.",
    )
