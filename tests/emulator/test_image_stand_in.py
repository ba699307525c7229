"""What answers in place of an image service, and whom it refuses."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from asset_edge.emulator.faults import Faults, Kind
from asset_edge.emulator.identities import Credentials
from asset_edge.emulator.image_stand_in import MARK, ImageStandIn
from asset_edge.emulator.messages import OriginFailure, OriginRequest, OriginResponse, to_headers
from asset_edge.emulator.origin_http import CustomOrigins
from asset_edge.emulator.origins import Origins
from asset_edge.emulator.s3 import S3, Buckets
from asset_edge.emulator.signatures import header
from asset_edge.handlers.edge.paths import path_of
from asset_edge.handlers.edge.sigv4 import Credentials as EdgeCredentials
from asset_edge.handlers.edge.sigv4 import signed_headers
from asset_edge.handlers.edge.transforms import canonical
from tests.emulator.signing import OWNER, REGION, ROLE, SIGNED_AT, identities, request, signed

HOST = f"images123.lambda-url.{REGION}.on.aws"
TARGET = "/space/cat.jpg?w=100&h=50&fit=pad&bg=rgb%3Aff0000"


@dataclass
class World:
    """A stand-in over one bucket, which holds whatever is not called absent."""

    known: Any = field(default_factory=identities)
    asked: list[tuple[str, OriginRequest]] = field(default_factory=list)
    deployed: tuple[str, ...] = ()

    def stand_in(self, **changes: Any) -> ImageStandIn:
        told: dict[str, Any] = {
            "store": self._store,
            "identities": self.known,
            "bucket_of": {REGION: "one"}.get,
            "has_function": self.deployed.__contains__,
            "now": lambda: SIGNED_AT,
        }
        return ImageStandIn(**{**told, **changes})

    def answer(self, asked: OriginRequest, **changes: Any) -> OriginResponse:
        found = self.stand_in(**changes).answer(asked)
        assert isinstance(found, OriginResponse)
        return found

    def _store(self, bucket: str, asked: OriginRequest) -> OriginResponse:
        self.asked.append((bucket, asked))
        return OriginResponse(status=404 if "absent" in asked.target else 200)


def to_lambda(credentials: Credentials = OWNER, host: str = HOST, **changes: Any) -> OriginRequest:
    told = {"domain_name": host, "target": TARGET, "headers": {"Host": host}, "service": "lambda", **changes}
    return signed(credentials, **told)


def texts(response: OriginResponse) -> list[str]:
    return [str(one.text) for one in ET.fromstring(response.body) if one.tag.endswith("text")]


def test_the_drawing_names_the_object_the_operations_and_the_region() -> None:
    found = World().answer(to_lambda())
    assert found.status == 200
    assert texts(found)[:3] == ["one/space/cat.jpg", "w=100 h=50 fit=pad bg=rgb:ff0000", REGION]
    assert header(found.headers, "content-type") == "image/svg+xml"
    assert header(found.headers, MARK) == "image-transform"
    assert header(found.headers, "content-length") == str(len(found.body))


def test_it_has_the_size_that_was_asked_for_or_a_usual_one() -> None:
    sizes = {}
    for query in ("w=100&h=50", "w=30", "h=max&w=-1", "fm=webp"):
        drawing = ET.fromstring(World().answer(to_lambda(target=f"/a.jpg?{query}")).body)
        sizes[query] = drawing.get("width"), drawing.get("height")
    assert sizes == {
        "w=100&h=50": ("100", "50"),
        "w=30": ("30", "360"),
        "h=max&w=-1": ("640", "360"),
        "fm=webp": ("640", "360"),
    }


def test_what_is_no_markup_stays_none() -> None:
    found = World().answer(to_lambda(target="/%3Cscript%3E%26.jpg?w=%3Ca%3E&fm=%FF%ED%A0%80"))
    assert texts(found)[0] == "one/<script>&.jpg"
    assert b"<script" not in found.body


def test_the_bucket_is_asked_for_the_object_alone() -> None:
    world = World()
    world.answer(to_lambda(headers={"Host": HOST, "If-None-Match": '"x"', "Range": "bytes=0-1"}))
    ((bucket, asked),) = world.asked
    assert (bucket, asked.method, asked.target, asked.headers) == ("one", "HEAD", "/space/cat.jpg", {})


def test_a_head_tells_the_length_and_has_no_body() -> None:
    get, head = World().answer(to_lambda()), World().answer(to_lambda(method="HEAD"))
    assert (head.status, head.body, head.headers) == (200, b"", get.headers)


@pytest.mark.parametrize("target", ["/absent.jpg?w=1", "/?w=1", "/"])
def test_without_an_object_there_is_nothing_to_draw(target: str) -> None:
    found = World().answer(to_lambda(target=target))
    assert (found.status, header(found.headers, "content-type")) == (404, "application/json")
    assert "answers 404" in json.loads(found.body)["Message"]
    assert header(found.headers, MARK)


def test_a_store_that_fails_is_told_of() -> None:
    found = World().answer(to_lambda(), store=lambda *_: OriginResponse(status=500))
    assert found.status == 500


@pytest.mark.parametrize("target", ["//a//b.jpg?w=1", "/a%2520b/%2B.jpg", "/a/?b=&a=2&a=1"])
def test_what_botocore_signs_is_taken(target: str) -> None:
    assert World().answer(to_lambda(target=target)).status == 200


def test_a_role_may_sign() -> None:
    world = World()
    assert world.answer(to_lambda(world.known.credentials(ROLE))).status == 200


QUERIES = ["", "w=1", "w=800&h=600&fit=pad&bg=rgb:00FF7f&r=max", "fm=auto&q=80&fl=progressive"]


@pytest.mark.parametrize("key", ["a.jpg", "a b+c/é.png", "50%/(x)'!*.jpg", "a=b&c;d,e@f:g$.png"])
@pytest.mark.parametrize("query", QUERIES)
def test_what_our_own_edge_signs_is_taken(key: str, query: str) -> None:
    sent = canonical(query, "image/avif")
    assert sent is not None
    headers = signed_headers(
        service="lambda",
        region=REGION,
        credentials=EdgeCredentials(OWNER.access_key_id, OWNER.secret_access_key, OWNER.session_token),
        method="GET",
        host=HOST,
        path=path_of(key),
        query=sent,
        headers={"x-amz-cf-id": "id=="},
        epoch_seconds=SIGNED_AT,
    )
    asked = request(
        domain_name=HOST,
        target=path_of(key) + (f"?{sent}" if sent else ""),
        headers={"Host": HOST, "X-Amz-Cf-Id": "id==", **headers},
    )
    assert World().answer(asked).status == 200


def later(asked: OriginRequest, **headers: str) -> OriginRequest:
    """The same with headers that were added after it was signed."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(asked, headers={**asked.headers, **to_headers(named)})


def test_what_cloudfront_adds_after_the_function_need_not_be_signed() -> None:
    asked = later(to_lambda(), X_Amz_Cf_Id="id==", X_Forwarded_For="192.0.2.1", Via="2.0 cloudfront.net")
    assert World().answer(asked).status == 200


BAD = {
    "a header of Amazon's that came later": (
        later(to_lambda(), X_Amz_Meta_A="1"),
        "these headers are not signed: x-amz-meta-a",
    ),
    "not signed": (request(domain_name=HOST, target=TARGET, headers={"Host": HOST}), "is not signed"),
    "for S3": (to_lambda(service="s3"), "the service 's3' is wrong; expecting 'lambda'"),
    "for another region": (to_lambda(region="us-east-1"), "the region 'us-east-1' is wrong"),
    "with another secret": (to_lambda(replace(OWNER, secret_access_key="guessed")), "SignatureDoesNotMatch"),
    "by nobody": (to_lambda(Credentials("AKIDEXAMPLE", "made-up")), "InvalidAccessKeyId"),
    "another query": (replace(to_lambda(), target=TARGET + "&q=1"), "SignatureDoesNotMatch"),
    "another path": (replace(to_lambda(), target="/other.jpg"), "SignatureDoesNotMatch"),
    "another method": (replace(to_lambda(), method="DELETE"), "SignatureDoesNotMatch"),
    "a body": (replace(to_lambda(), body=b"more"), "SignatureDoesNotMatch"),
    "another host": (
        replace(to_lambda(), headers=to_lambda(host="viewer.example").headers),
        "the Host header is viewer.example",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_nobody_else_is_let_in(name: str) -> None:
    asked, why = BAD[name]
    world = World()
    found = world.answer(asked)
    assert found.status == 403
    assert why in json.loads(found.body)["Message"]
    assert world.asked == [], "the bucket is not asked for strangers"


def test_an_old_signature_is_refused() -> None:
    found = World().answer(to_lambda(), now=lambda: SIGNED_AT + 1000)
    assert (found.status, b"RequestTimeTooSkewed" in found.body) == (403, True)


@pytest.mark.parametrize(
    ("host", "deployed"),
    [
        pytest.param("x.lambda-url.us-east-1.on.aws", (), id="a region without a bucket"),
        pytest.param(HOST, (HOST,), id="a function is deployed there"),
        pytest.param("images.example.com", (), id="no function URL"),
    ],
)
def test_where_there_is_nothing_to_stand_in_for_the_name_leads_nowhere(
    host: str, deployed: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    world = World(deployed=deployed)
    assert world.stand_in().answer(to_lambda(host=host)) == OriginFailure.unresolved
    assert host in caplog.text


WAITS: dict[str, Any] = {"connection_attempts": 2, "connection_timeout_seconds": 3, "read_timeout_seconds": 5}


def fetched(world: World, fault: Kind | None, *, images: bool = True) -> tuple[Any, list[float]]:
    """What the origins make of a request for the function URL, and how long they waited for the region."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def run() -> OriginResponse | OriginFailure:
        faults = Faults()
        if fault:
            faults.set(REGION, fault)
        buckets = Buckets(
            region_of=lambda _: None,
            policy=lambda _: None,
            role_policies=lambda _: (),
            public=lambda _: False,
            store=world._store,
        )
        with ThreadPoolExecutor(1) as blocking:
            origins = Origins(
                S3(buckets, world.known, "123456789012", lambda: SIGNED_AT),
                CustomOrigins(lambda _: True),
                faults,
                blocking,
                sleep,
                images=world.stand_in() if images else None,
            )
            try:
                return await origins.fetch(replace(to_lambda(), **WAITS))
            finally:
                await origins.close()

    return asyncio.run(run()), slept


def test_it_is_reached_under_the_function_urls_name() -> None:
    found, slept = fetched(World(), None)
    assert (found.status, slept) == (200, [])


@pytest.mark.parametrize(
    ("kind", "outcome", "slept"),
    [
        (Kind.refuse, OriginFailure.refused, []),
        (Kind.black_hole, OriginFailure.refused, [6]),
        (Kind.hang, OriginFailure.timeout, [5]),
        (Kind.forbidden, 403, []),
        (Kind.unavailable, 503, []),
    ],
)
def test_it_fails_with_its_region(kind: Kind, outcome: object, slept: list[float]) -> None:
    world = World()
    found, waited = fetched(world, kind)
    assert (found.status if isinstance(found, OriginResponse) else found) == outcome
    assert waited == slept
    assert world.asked == []


def test_without_a_stand_in_the_name_leads_nowhere() -> None:
    assert fetched(World(), None, images=False)[0] == OriginFailure.unresolved
