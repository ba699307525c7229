"""Whether a document uses words that CloudFront knows: the enumerations of botocore's model, at any depth."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from botocore.session import get_session

from asset_edge.localcloud.aws_api import ApiError


def check_words(shape_name: str, document: Mapping[str, Any]) -> None:
    """Refuses the first word that is none of its enumeration; the shape is the API's."""
    for path, told, allowed in _unknown(_shape(shape_name), document, shape_name):
        raise ApiError("InvalidArgument", f"{path} is {told!r}; it is one of {', '.join(allowed)}")


@lru_cache
def _shape(shape_name: str) -> Any:
    return get_session().get_service_model("cloudfront").shape_for(shape_name)


def _unknown(shape: Any, value: Any, path: str) -> Iterator[tuple[str, str, list[str]]]:
    if shape.type_name == "structure":
        for name, item in value.items():
            yield from _unknown(shape.members[name], item, f"{path}.{name}")
    elif shape.type_name == "list":
        for item in value:
            yield from _unknown(shape.member, item, path)
    elif shape.type_name == "string" and shape.enum and value not in shape.enum:
        yield path, value, list(shape.enum)
