"""Every warm call that is measured, by name: ours, the floors, and the two other versions."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from functools import cache, partial
from io import StringIO
from typing import Any

import dns.message
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import dns.rrset
import jwt
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.credentials import Credentials

from asset_edge.handlers.edge import asset_keys, embargo, origin_request, presented, registry, viewer_request
from asset_edge.handlers.edge.config import EdgeConfig, dumps
from benchmarks import edge_example as example
from benchmarks import original_approach
from benchmarks.ordinary_version import origin_request as ordinary_origin
from benchmarks.ordinary_version import viewer_request as ordinary_viewer

Call = Callable[[], Any]
SCHEMES = ("jwt HS256", "jwt ES256", "asset-key")
_LICENSED = {"cloudfront_viewer_country": "GB", "x_asset_edge_grant": "any"}
_WARM_UP = 3


@cache
def queries(scheme: str) -> Sequence[str]:
    """The query strings of as many viewers."""
    if scheme == "asset-key":
        return example.asset_key_queries()
    key = example.HS256 if scheme.endswith("HS256") else example.ES256
    return [f"token={token}" for token in example.jwts(key)]


@cache
def _viewer_config() -> EdgeConfig:
    return example.as_baked(example.viewer_config())


def _texts(events: Sequence[Any]) -> Callable[[], Any]:
    """Events as Lambda's runtime has them: decoded anew for each call."""
    turns = example.turns([json.dumps(event) for event in events])
    return lambda: json.loads(next(turns))


def _public_events() -> Callable[[], Any]:
    return _texts(example.viewer_events(example.PUBLIC_PATH, ["w=400&fm=webp"]))


def _protected_events(scheme: str) -> Callable[[], Any]:
    return _texts(example.viewer_events(example.PROTECTED_PATH, queries(scheme)))


def decoding() -> Call:
    """The floor of viewer-request."""
    event = _public_events()
    return lambda: event()["Records"][0]["cf"]["request"]


def viewed(event: Callable[[], Any]) -> Call:
    config = _viewer_config()
    return lambda: viewer_request.answer(event(), lambda: config)


def public() -> Call:
    return viewed(_public_events())


def protected(scheme: str) -> Call:
    return viewed(_protected_events(scheme))


def verified(scheme: str) -> Call:
    """`verify` alone."""
    keys, path = _viewer_config().embargo, example.PROTECTED_PATH
    turns = example.turns([presented.taken(query, {})[0] for query in queries(scheme)])
    now = example.EXPIRES_AT - 3600
    return lambda: embargo.verify(keys, example.HOST, path, next(turns), now, "192.0.2.1")  # type: ignore[arg-type]


def by_pyjwt(scheme: str) -> Call:
    """The floor of `verify`: PyJWT's decode of each token, with a key that is ready."""
    if scheme == "asset-key":
        return _policies_by_pyjwt()
    key = example.HS256 if scheme.endswith("HS256") else example.ES256
    ready = jwt.PyJWK.from_dict(key.members())
    public_key = ready.key if key is example.HS256 else ready.key.public_key()
    turns = example.turns([query.removeprefix("token=") for query in queries(scheme)])
    told: Any = {"algorithms": [key.alg], "leeway": 30, "options": {"require": ["exp", "sub"]}}
    return lambda: jwt.decode(next(turns), public_key, **told)


def _policies_by_pyjwt() -> Call:
    derived = asset_keys.derived(example.MASTER.secret)
    policy_key = jwt.PyJWK.from_dict(derived.policy_jwk).key
    shown = [presented.taken(query, {})[0] for query in queries("asset-key")]
    secrets = [(one.token, one.policy, derived.secret_of(one.policy or "")) for one in shown]
    turns = example.turns(secrets)
    told: Any = {"algorithms": ["HS256"], "leeway": 30}

    def both() -> Any:
        token, policy, secret = next(turns)
        jwt.decode(policy, policy_key, audience="adn", options={"require": ["exp", "sub"]}, **told)
        return jwt.decode(token, secret, options={"require": ["sub"]}, **told)

    return both


def sent(path: str, **headers: str) -> Call:
    event, edge = example.origin_event(path, **headers), example.edge()
    return lambda: origin_request.answer(event, lambda: edge)


def by_botocore() -> Call:
    """The floor of origin-request: the signature alone."""
    signer = S3SigV4Auth(_credentials(), "s3", example.REGIONS[0])
    url = f"https://assets-{example.REGIONS[0]}.s3.{example.REGIONS[0]}.amazonaws.com{example.PUBLIC_PATH}"
    signed = {"x-amz-cf-id": example.origin_event("/")["Records"][0]["cf"]["config"]["requestId"]}
    return lambda: signer.add_auth(AWSRequest("GET", url, headers=signed))


def _credentials() -> Credentials:
    told = example.ENVIRONMENT
    return Credentials(told["AWS_ACCESS_KEY_ID"], told["AWS_SECRET_ACCESS_KEY"], told["AWS_SESSION_TOKEN"])


def sent_from_text(path: str, **headers: str) -> Call:
    """As `sent`, the event's decoding included, to be compared with what changes its event."""
    event, edge = _texts([example.origin_event(path, **headers)]), example.edge()
    return lambda: origin_request.answer(event(), lambda: edge)


def original() -> Call:
    event = _texts([example.origin_event(example.PUBLIC_PATH)])
    bucket = f"assets.s3.{example.REGIONS[0]}.amazonaws.com"
    return lambda: original_approach.handler(event(), None, lambda name: (bucket, [name], ["192.0.2.1"]))


def ordinarily_viewed(event: Callable[[], Any]) -> Call:
    config = json.loads(dumps(example.viewer_config()))
    keys = ordinary_viewer.Keys(config["embargo"])
    return lambda: ordinary_viewer.answer(event(), config, keys)


def ordinarily_protected(scheme: str) -> Call:
    return ordinarily_viewed(_protected_events(scheme))


def ordinarily_sent(path: str, **headers: str) -> Call:
    event, config = _texts([example.origin_event(path, **headers)]), json.loads(dumps(example.config()))
    made = _ordinary_clients()
    return lambda: ordinary_origin.answer(event(), config, made)


def _ordinary_clients() -> ordinary_origin.Clients:
    """With the answers in memory: DynamoDB's before anything is sent, the beacons' in dnspython's cache."""
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true"} | example.ENVIRONMENT
    made = ordinary_origin.Clients(example.REGIONS[0])
    made.dynamodb.meta.events.register("before-send.dynamodb.GetItem", _dynamodb_answers)
    cache_of_names: Any = made.resolver.cache
    for bucket in example.config().buckets:
        answer = _beacon_answer(bucket.beacon)
        cache_of_names.put((answer.qname, dns.rdatatype.A, dns.rdataclass.IN), answer)
    return made


class _Body:
    """What botocore reads an answer from."""

    def __init__(self, request: bytes) -> None:
        self.text = example.row_asked_for(request)

    def stream(self) -> Sequence[bytes]:
        """All of it at once."""
        return [self.text]


def _dynamodb_answers(request: Any, **_: object) -> AWSResponse:
    raw: Any = _Body(request.body)
    headers: Any = {"content-type": "application/x-amz-json-1.0"}
    return AWSResponse(request.url, 200, headers, raw)


def _beacon_answer(name: str) -> dns.resolver.Answer:
    asked = dns.message.make_query(name, "A")
    response = dns.message.make_response(asked)
    response.answer.append(dns.rrset.from_text(f"{name}.", 86_400, "IN", "A", "127.0.0.128"))
    message: Any = dns.message.from_wire(response.to_wire())
    return dns.resolver.Answer(asked.question[0].name, dns.rdatatype.A, dns.rdataclass.IN, message)


def row_asked() -> Call:
    """A row that is not known yet: signed, asked for, read; the network takes no time."""
    connection: Any = example.Remembered()
    fetch = registry.fetching("assets", example.REGIONS[0], connection, example.ENVIRONMENT)
    return lambda: fetch(example.LICENSED_PATH[1:])


def row_asked_by_boto3() -> Call:
    dynamodb, key = _ordinary_clients().dynamodb, {"key": {"S": example.LICENSED_PATH[1:]}}
    return lambda: dynamodb.get_item(TableName="assets", Key=key)


CALLS: Mapping[str, Callable[[], Call]] = {
    "event decoded and returned": decoding,
    "viewer-request, public asset": public,
    **{f"viewer-request, {scheme} token": partial(protected, scheme) for scheme in SCHEMES},
    **{f"verify, {scheme}": partial(verified, scheme) for scheme in SCHEMES},
    **{f"PyJWT, {scheme}": partial(by_pyjwt, scheme) for scheme in SCHEMES},
    "origin-request, public asset": partial(sent, example.PUBLIC_PATH),
    "origin-request, registry": partial(sent, example.KNOWN_PATH),
    "origin-request, every decision": partial(sent, example.LICENSED_PATH, **_LICENSED),
    "botocore's signature": by_botocore,
    "origin-request from text, public asset": partial(sent_from_text, example.PUBLIC_PATH),
    "origin-request from text, every decision": partial(sent_from_text, example.LICENSED_PATH, **_LICENSED),
    "registry's row asked for": row_asked,
    "original approach": original,
    "ordinary viewer-request, public asset": lambda: ordinarily_viewed(_public_events()),
    **{
        f"ordinary viewer-request, {scheme} token": partial(ordinarily_protected, scheme)
        for scheme in SCHEMES
    },
    "ordinary origin-request, public asset": partial(ordinarily_sent, example.PUBLIC_PATH),
    "ordinary origin-request, every decision": partial(ordinarily_sent, example.LICENSED_PATH, **_LICENSED),
    "boto3's row asked for": row_asked_by_boto3,
}


def made(name: str) -> Call:
    """The call, warm; RuntimeError where it refuses or fails, which is not what was to be measured."""
    return warm(name, CALLS[name]())


def warm(name: str, call: Call) -> Call:
    """The call itself, after a look at its first answers."""
    told = StringIO()
    with redirect_stdout(told):
        answers = [call() for _ in range(_WARM_UP)]
    if told.getvalue() or any(isinstance(answer, dict) and "status" in answer for answer in answers):
        raise RuntimeError(f"{name} answered {answers[-1]} and logged {told.getvalue()!r}")
    return call
