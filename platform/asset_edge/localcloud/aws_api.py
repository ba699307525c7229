"""An AWS REST API answered by functions of ours, its requests and answers read from botocore's model."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from moto.core.loaders import create_loader
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import SERIALIZERS
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.wrappers import Request, Response


class ApiError(Exception):
    """What an operation refuses, by one of the API's own error codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


Operation = Callable[[dict[str, Any]], Mapping[str, Any]]
"""The API's input shape to its output shape; raises `ApiError` with one of the API's error codes."""


@dataclass(frozen=True)
class _Route:
    method: str
    path: re.Pattern[str]
    query: frozenset[str]
    model: OperationModel


class RestApi:
    """One service. An operation of the model that has no function is answered as unsupported, by name."""

    def __init__(self, service: str, operations: Mapping[str, Operation], *, unsupported_code: str) -> None:
        self._model = ServiceModel(create_loader().load_service_model(service, "service-2"), service)
        self._operations = operations
        self._unsupported_code = unsupported_code
        routes = [_route(self._model.operation_model(name)) for name in self._model.operation_names]
        self._routes = sorted(routes, key=lambda route: -len(route.query))

    def answer(self, request: Request) -> Response:
        """The API's answer; an address that the API does not have is a bare 404."""
        query = dict(parse_qsl(request.query_string.decode(), keep_blank_values=True))
        for route in self._routes:
            found = route.path.fullmatch(request.path)
            if found and route.method == request.method and route.query <= query.keys():
                return self._answer(route.model, request, found.groupdict())
        return Response(status=404)

    def _answer(self, model: OperationModel, request: Request, url_params: dict[str, str]) -> Response:
        protocol = str(self._model.metadata["protocol"])
        serializer = SERIALIZERS[protocol](operation_model=model)
        try:
            sent = PROTOCOL_PARSERS[protocol](model).parse(_request_dict(request, url_params))
            answered = serializer.serialize(self._operation(model)(sent))
        except ApiError as error:
            answered = serializer.serialize(error)
        return Response(answered["body"], status=answered["status_code"], headers=answered["headers"])

    def _operation(self, model: OperationModel) -> Operation:
        name = str(model.name)
        if name not in self._operations:
            raise ApiError(self._unsupported_code, f"the local cloud does not model {name} yet")
        return self._operations[name]


def _route(model: OperationModel) -> _Route:
    path, _, query = model.http["requestUri"].partition("?")
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
    return _Route(
        model.http["method"],
        re.compile(pattern),
        frozenset(q.partition("=")[0] for q in query.split("&") if q),
        model,
    )


def _request_dict(request: Request, url_params: dict[str, str]) -> Any:
    return {
        "body": request.get_data(),
        "headers": Headers(list(request.headers.items())),
        "method": request.method,
        "url_params": url_params,
        "url_path": request.path,
        "values": MultiDict(request.args),
    }
