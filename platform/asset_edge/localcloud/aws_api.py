"""An AWS REST API answered by functions of ours, its requests and answers read from botocore's model."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from botocore.model import Shape
from botocore.validate import ParamValidator
from moto.core.loaders import create_loader
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.serialize import get_serializer_class
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.wrappers import Request, Response


class ApiError(Exception):
    """What an operation refuses, by one of the API's own error codes."""

    def __init__(self, code: str, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        """For a code that the model does not have: 400 where None is given."""


Operation = Callable[[dict[str, Any]], Mapping[str, Any]]
"""The API's input shape to its output shape; raises `ApiError` with one of the API's error codes."""


@dataclass(frozen=True)
class _Route:
    method: str
    path: re.Pattern[str]
    query: Mapping[str, str]
    """What the address must name; with a value that must be it, where one is given."""

    model: OperationModel

    def matches(self, query: Mapping[str, str]) -> bool:
        return all(name in query and value in ("", query[name]) for name, value in self.query.items())


class RestApi:
    """One service. An operation of the model that has no function is answered as unsupported, by name."""

    def __init__(
        self,
        service: str,
        operations: Mapping[str, Operation],
        *,
        unsupported_code: str,
        malformed_code: str = "MalformedInput",
    ) -> None:
        self._model, self._routes = _described(service)
        self._operations = operations
        self._unsupported_code = unsupported_code
        self._malformed_code = malformed_code
        self._error_codes = {_error_code(shape) for shape in self._model.error_shapes}
        self._serializer = get_serializer_class(service, str(self._model.metadata["protocol"]))

    def answer(self, request: Request) -> Response:
        """The API's answer; an address that the API does not have is a bare 404."""
        found = self._find(request)
        return self._answer(found[0], request, found[1]) if found else Response(status=404)

    def malformed(self, request: Request) -> Response | None:
        """The refusal of a body that is not the document its operation wants; None where nothing is wrong."""
        found = self._find(request)
        if found is None or not _wants_document(found[0], request):
            return None
        try:
            sent = self._parsed(found[0], request, found[1])
        except ApiError as error:
            return self._refusal(found[0], error)
        report = ParamValidator().validate(sent, _shape(found[0]))
        if not report.has_errors():
            return None
        return self._refusal(found[0], ApiError(self._malformed_code, report.generate_report()))

    def _find(self, request: Request) -> tuple[OperationModel, dict[str, str]] | None:
        query = dict(parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True))
        for route in self._routes:
            found = route.path.fullmatch(request.path)
            if found and route.method == request.method and route.matches(query):
                return route.model, found.groupdict()
        return None

    def _answer(self, model: OperationModel, request: Request, url_params: dict[str, str]) -> Response:
        try:
            sent = self._parsed(model, request, url_params)
            answered = self._serializer(operation_model=model).serialize(self._operation(model)(sent))
        except ApiError as error:
            return self._refusal(model, error)
        return Response(answered["body"], status=answered["status_code"], headers=answered["headers"])

    def _parsed(self, model: OperationModel, request: Request, url_params: dict[str, str]) -> dict[str, Any]:
        parser = PROTOCOL_PARSERS[str(self._model.metadata["protocol"])](model)
        try:
            parsed: dict[str, Any] = parser.parse(_request_dict(request, url_params))
        except (ParseError, RequestParserError, ValueError, LookupError, TypeError, AttributeError) as error:
            why = "the body is not the document that the operation wants"
            raise ApiError(self._malformed_code, f"{why}: {error}") from error
        return parsed

    def _refusal(self, model: OperationModel, error: ApiError) -> Response:
        if error.code not in self._error_codes:
            return self._unmodelled_refusal(error)
        answered = self._serializer(operation_model=model).serialize(error)
        status = error.status or answered["status_code"]
        return Response(answered["body"], status=status, headers=answered["headers"])

    def _unmodelled_refusal(self, error: ApiError) -> Response:
        """With a code that every API of its kind has and no model lists, or that the model forgot."""
        said = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        body = f"<Error>{said}</Error>"
        if self._model.service_name != "s3":
            body = f"<ErrorResponse><Error><Type>Sender</Type>{said}</Error></ErrorResponse>"
        return Response(body, status=error.status or HTTPStatus.BAD_REQUEST, mimetype="application/xml")

    def _operation(self, model: OperationModel) -> Operation:
        name = str(model.name)
        if name not in self._operations:
            raise ApiError(self._unsupported_code, f"the local cloud does not model {name} yet")
        return self._operations[name]


@cache
def _described(service: str) -> tuple[ServiceModel, list[_Route]]:
    model = ServiceModel(create_loader().load_service_model(service, "service-2"), service)
    routes = [_route(model.operation_model(name)) for name in model.operation_names]
    # An operation that another one has taken the place of has the same address.
    return model, sorted(routes, key=lambda route: (-len(route.query), route.model.deprecated))


def _route(model: OperationModel) -> _Route:
    path, _, query = model.http["requestUri"].partition("?")
    whole = re.sub(r"\\{(\w+)\\\+\\}", r"(?P<\1>.+)", re.escape(path))
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", whole)
    return _Route(
        model.http["method"],
        re.compile(pattern, re.DOTALL),
        dict(parse_qsl(query, keep_blank_values=True)) | _required_in_query(model),
        model,
    )


def _required_in_query(model: OperationModel) -> dict[str, str]:
    shape = model.input_shape
    required = [shape.members[name].serialization for name in shape.required_members] if shape else []
    return {s["name"]: "" for s in required if s.get("location") == "querystring"}


def _shape(model: OperationModel) -> Any:
    return model.input_shape


def _error_code(shape: Shape) -> str:
    return str(shape.metadata.get("error", {}).get("code", shape.name))


def _wants_document(model: OperationModel, request: Request) -> bool:
    """Whether the body is a document with a shape, and not content, text, or left out where it may be."""
    shape = model.input_shape
    if shape is None:
        return False
    payload = shape.serialization.get("payload")
    if payload is not None and shape.members[payload].type_name != "structure":
        return False
    in_body = (
        [payload] if payload else [n for n, m in shape.members.items() if "location" not in m.serialization]
    )
    wanted = not set(shape.required_members).isdisjoint(in_body)
    return wanted or (bool(in_body) and bool(request.get_data()))


def _request_dict(request: Request, url_params: dict[str, str]) -> Any:
    return {
        "body": request.get_data(),
        "headers": Headers(list(request.headers.items())),
        "method": request.method,
        "url_params": url_params,
        "url_path": request.path,
        "values": MultiDict(request.args),
    }
