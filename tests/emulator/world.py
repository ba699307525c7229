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
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"
"""AWS's managed policies of these names."""

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


def cache_policy(
    *,
    ttls: tuple[int, int, int] = (0, 60, 86_400),
    gzip: bool = False,
    headers: tuple[str, ...] = (),
    query_strings: tuple[str, ...] = (),
    cookies: str = "none",
) -> dict[str, Any]:
    """A cache policy in the API's shape, with its least, default and most seconds."""
    least, default, most = ttls
    parameters = {
        "EnableAcceptEncodingGzip": gzip,
        "EnableAcceptEncodingBrotli": gzip,
        "HeadersConfig": _listed("Header", "Headers", headers),
        "QueryStringsConfig": _listed("QueryString", "QueryStrings", query_strings),
        "CookiesConfig": {"CookieBehavior": cookies},
    }
    config = {
        "Name": "tested",
        "MinTTL": least,
        "DefaultTTL": default,
        "MaxTTL": most,
        "ParametersInCacheKeyAndForwardedToOrigin": parameters,
    }
    return {"Id": "a-policy", "CachePolicyConfig": config}


def _listed(one: str, many: str, names: tuple[str, ...]) -> dict[str, Any]:
    return {f"{one}Behavior": "whitelist", many: some(*names)} if names else {f"{one}Behavior": "none"}


def cached(
    policy: Mapping[str, Any] | None = None,
    *events: str,
    distribution_changes: Mapping[str, Any] | None = None,
    **more: Any,
) -> Distribution:
    """A distribution of one origin whose one behaviour has this cache policy and functions."""
    made = behavior("primary", events, CachePolicyId="a-policy", **more)
    known = Policies(cache={"a-policy": policy or cache_policy()})
    return served(known, DefaultCacheBehavior=made, **(distribution_changes or {}))


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
            made = self._functions[effect.function.event_type](effect.event["Records"][0]["cf"])
        except ZeroDivisionError as error:
            return Crashed(str(error))
        return made if isinstance(made, Crashed) else Returned(made)

    def fetch_one(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        self.fetched.append(request)
        return self.fetch(request)


def value(response: EdgeResponse | OriginRequest | OriginResponse, name: str) -> str | None:
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


PICTURE = answer(200, b"picture", ETag='"1"', Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT")


def result(response: EdgeResponse) -> str:
    """Status and `X-Cache` in short."""
    return f"{response.status} {str(value(response, 'x-cache')).removesuffix(' from cloudfront')}"


def results(world: World, *viewers: ViewerRequest) -> list[str]:
    """What these viewers get, one after the other, in short."""
    return [result(world.send(viewer)) for viewer in viewers]


def revalidating(fresh: OriginResponse = PICTURE, **headers: str) -> FetchOne:
    """An origin that answers 304 to whoever has its object."""

    def fetch(request: OriginRequest) -> OriginResponse:
        has_it = value(request, "if-none-match") == value(fresh, "etag")
        return answer(304, b"", **headers) if has_it else fresh

    return fetch
