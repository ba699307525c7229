"""A small world around the pipeline: one distribution in the API's shape, and functions for the rest."""

from collections.abc import Callable, Mapping
from typing import Any

from asset_edge.emulator import distribution
from asset_edge.emulator.cache import Cache
from asset_edge.emulator.distribution import Distribution, Policies
from asset_edge.emulator.driver import drive
from asset_edge.emulator.edge import Edge
from asset_edge.emulator.messages import (
    Crashed,
    EdgeResponse,
    Invoke,
    OriginFailure,
    OriginRequest,
    OriginResponse,
    Returned,
    ViewerRequest,
    to_headers,
)
from asset_edge.emulator.pipeline_context import Rules, Undocumented
from asset_edge.emulator.rules import check_answer
from asset_edge.emulator.viewer import Wire, viewer_request

ARN = "arn:aws:cloudfront::123456789012:distribution/E1"
DOMAIN = "d1.cloudfront.net"
PRIMARY = "one.s3.eu-west-1.amazonaws.com"
REPLICA = "two.s3.us-east-1.amazonaws.com"
REQUEST_ID = "an-id=="
NOW = 1_800_000_000.0
"""When every world begins, in epoch seconds."""

Handler = Callable[[Any], Any]
FetchOne = Callable[[OriginRequest], OriginResponse | OriginFailure]


def some(*items: Any) -> dict[str, Any]:
    """A list as the API writes it."""
    return {"Quantity": len(items), "Items": list(items)}


def origin(origin_id: str, domain_name: str, **more: Any) -> dict[str, Any]:
    headers = some({"HeaderName": "x-origin-role", "HeaderValue": origin_id})
    return {
        "Id": origin_id,
        "DomainName": domain_name,
        "OriginPath": "",
        "CustomHeaders": headers,
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": "E-OAC",
        "ConnectionAttempts": 1,
        "ConnectionTimeout": 2,
        **more,
    }


def behavior(target: str = "group", functions: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    associations = [
        {"LambdaFunctionARN": f"arn:{event}:1", "EventType": event, "IncludeBody": False}
        for event in functions
    ]
    return {
        "TargetOriginId": target,
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": some("GET", "HEAD", "OPTIONS"),
        "LambdaFunctionAssociations": some(*associations),
        **more,
    }


def config(**changes: Any) -> dict[str, Any]:
    """A distribution's configuration: an origin group of two buckets, one behaviour without functions."""
    group = {
        "Id": "group",
        "FailoverCriteria": {"StatusCodes": some(403, 404, 500, 502, 503, 504)},
        "Members": some({"OriginId": "primary"}, {"OriginId": "replica"}),
    }
    return {
        "CallerReference": "made-for-a-test",
        "Comment": "tested",
        "Enabled": True,
        "Aliases": some("assets.example.test"),
        "DefaultRootObject": "index.html",
        "Origins": some(origin("primary", PRIMARY), origin("replica", REPLICA)),
        "OriginGroups": some(group),
        "DefaultCacheBehavior": behavior(),
        **changes,
    }


def served(policies: Policies | None = None, **changes: Any) -> Distribution:
    """The distribution of `config(**changes)`."""
    whole = {"Id": "E1", "ARN": ARN, "DomainName": DOMAIN, "DistributionConfig": config(**changes)}
    return distribution.read(whole, policies)


def with_functions(*events: str, **more: Any) -> Distribution:
    """A distribution whose one behaviour has a function at each of these triggers."""
    return served(DefaultCacheBehavior=behavior(functions=events, **more))


def get(
    target: str = "/a.png",
    *,
    method: str = "GET",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> ViewerRequest:
    """A viewer's request."""
    pairs = {"Host": DOMAIN, **(headers or {})}
    return viewer_request(
        Wire(method=method, target=target, headers=list(pairs.items()), peer="192.0.2.1", body=body)
    )


def answer(status: int = 200, body: bytes = b"picture", **headers: str) -> OriginResponse:
    """What an origin answers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return OriginResponse(status=status, headers=to_headers(named), body=body)


class World:
    """Records what the edge asked of functions and origins; its clock stands still until a test moves it."""

    def __init__(
        self,
        of: Distribution,
        *,
        functions: Mapping[str, Handler] | None = None,
        fetch: FetchOne = lambda _: answer(),
        undocumented: Undocumented | None = None,
    ) -> None:
        self.events: list[Any] = []
        self.fetched: list[OriginRequest] = []
        self.fetch = fetch
        self.now = NOW
        self.cache = Cache()
        self._functions = functions or {}
        self.edge = Edge(
            distributions=lambda served=(of,): served,  # type: ignore[misc]
            cache=self.cache,
            clock=lambda: self.now,
            new_request_id=lambda: REQUEST_ID,
            rules=Rules(check=check_answer, undocumented=lambda: undocumented or Undocumented()),
        )

    def send(self, viewer: ViewerRequest | None = None) -> EdgeResponse:
        return drive(self.edge.steps(viewer or get()), self.invoke, self.fetch_one)

    @property
    def triggers(self) -> list[str]:
        """The event types of all invocations, in order."""
        return [event["Records"][0]["cf"]["config"]["eventType"] for event in self.events]

    def record(self, number: int = 0) -> Any:
        """What the function saw at that invocation."""
        return self.events[number]["Records"][0]["cf"]

    def invoke(self, effect: Invoke) -> Returned | Crashed:
        self.events.append(effect.event)
        try:
            return Returned(self._functions[effect.function.event_type](effect.event["Records"][0]["cf"]))
        except ZeroDivisionError as error:
            return Crashed(str(error))

    def fetch_one(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        self.fetched.append(request)
        return self.fetch(request)


def value(response: EdgeResponse | OriginRequest, name: str) -> str | None:
    """The first value of a header."""
    found = response.headers.get(name)
    return found[0]["value"] if found else None


def same_request(record: Any) -> Any:
    """A request function that changes nothing."""
    return record["request"]


def same_response(record: Any) -> Any:
    """A response function that changes nothing."""
    return record["response"]


UNCHANGED: dict[str, Handler] = {
    "viewer-request": same_request,
    "origin-request": same_request,
    "origin-response": same_response,
    "viewer-response": same_response,
}
