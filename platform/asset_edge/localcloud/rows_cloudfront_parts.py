"""What distributions are made of: policies, access controls, keys, and a subscription to additional metrics.

Source: the AWS provider's documentation of each type: inputs, outputs and what forces a new resource.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import Inputs, Row, mark

_T = TypeVar("_T")

Outputs = Callable[[str, Mapping[str, Any], Clients], dict[str, Any]]
"""From the id, the API's answer and the clients, what the provider tells besides the inputs."""


def unless_gone(call: Callable[[], _T]) -> _T | None:
    """What the call gives; None where CloudFront says that there is no such thing."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"].startswith("NoSuch"):
            return None
        raise


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A kind of thing with an id, an ETag and a configuration."""

    shape: str
    method: str
    """As boto3 names the operations: `cache_policy`."""

    config: Callable[[Inputs], dict[str, Any]]
    """The API's configuration, from the inputs."""

    inputs: Callable[[Mapping[str, Any]], dict[str, Any]]
    """The way back."""

    outputs: Outputs
    kept: tuple[str, ...] = ()
    """Fields of the configuration that an update takes over from what is there."""

    def create(self, inputs: Inputs, clients: Clients) -> State:
        made = self._call("create", clients)(**{f"{self.shape}Config": self.config(inputs)})
        return self._state(made[self.shape]["Id"], inputs, made, clients)

    def read(self, part_id: str, inputs: Inputs, clients: Clients) -> State | None:
        found = unless_gone(lambda: self._call("get", clients)(Id=part_id))
        if found is None:
            return None
        there = self.inputs(found[self.shape][f"{self.shape}Config"])
        region = {"region": inputs["region"]} if "region" in inputs else {}
        return self._state(part_id, {**region, **there}, found, clients)

    def update(self, part_id: str, inputs: Inputs, clients: Clients) -> State:
        before = self._call("get", clients)(Id=part_id)
        kept = {name: before[self.shape][f"{self.shape}Config"][name] for name in self.kept}
        config = self.config(inputs) | kept
        made = self._call("update", clients)(
            Id=part_id, IfMatch=before["ETag"], **{f"{self.shape}Config": config}
        )
        return self._state(part_id, inputs, made, clients)

    def delete(self, part_id: str, _inputs: Inputs, clients: Clients) -> None:
        found = unless_gone(lambda: self._call("get", clients)(Id=part_id))
        if found is not None:
            self._call("delete", clients)(Id=part_id, IfMatch=found["ETag"])

    def row(self, *, replace_on: frozenset[str] = frozenset()) -> Row:
        return Row(
            create=self.create,
            read=self.read,
            update=self.update,
            delete=self.delete,
            replace_on=replace_on,
            replace_source=f'terraform-provider-aws, resource "aws_cloudfront_{self.method}"',
            auto_name="name",
        )

    def _call(self, verb: str, clients: Clients) -> Callable[..., Any]:
        call: Callable[..., Any] = getattr(clients.get("cloudfront"), f"{verb}_{self.method}")
        return call

    def _state(
        self, part_id: str, inputs: Mapping[str, Any], answer: Mapping[str, Any], clients: Clients
    ) -> State:
        told = {"etag": answer["ETag"], **self.outputs(part_id, answer, clients)}
        return State(part_id, {**inputs, **told})


_WORDS = {
    "xssProtection": "XSSProtection",
    "minTtl": "MinTTL",
    "defaultTtl": "DefaultTTL",
    "maxTtl": "MaxTTL",
}
"""Where the API's word is not the provider's with a capital."""

_BACK = {api: word for word, api in _WORDS.items()}


def _api(value: Any) -> Any:
    """A document in the API's words; a list of it there has its length beside it."""
    if isinstance(value, Mapping):
        told = {_WORDS.get(k, k[:1].upper() + k[1:]): _api(v) for k, v in value.items() if v is not None}
        return {"Quantity": len(told["Items"]), **told} if "Items" in told else told
    return [_api(item) for item in value] if isinstance(value, list) else value


def _provider(value: Any) -> Any:
    """The way back."""
    if isinstance(value, Mapping):
        return {
            _BACK.get(k, k[:1].lower() + k[1:]): _provider(v) for k, v in value.items() if k != "Quantity"
        }
    return [_provider(item) for item in value] if isinstance(value, list) else value


def _document(*names: str, defaults: Mapping[str, Any] | None = None) -> Callable[[Inputs], dict[str, Any]]:
    """Takes these inputs as they are, in the API's words."""

    def config(inputs: Inputs) -> dict[str, Any]:
        told = {name: inputs[name] for name in names if inputs.get(name) is not None}
        converted: dict[str, Any] = _api({**(defaults or {}), **told})
        return converted

    return config


def _arn(resource: str) -> Outputs:
    def outputs(part_id: str, _answer: Mapping[str, Any], clients: Clients) -> dict[str, Any]:
        return {"arn": f"arn:aws:cloudfront::{clients.account_id}:{resource}/{part_id}"}

    return outputs


def _cache_policy(inputs: Inputs) -> dict[str, Any]:
    key = {
        "enableAcceptEncodingBrotli": False,
        "enableAcceptEncodingGzip": False,
        **inputs["parametersInCacheKeyAndForwardedToOrigin"],
    }
    key["headersConfig"] = {"headerBehavior": "none", **key["headersConfig"]}
    ttls = {"minTtl": 0, "defaultTtl": 86_400, "maxTtl": 31_536_000}
    names = ("name", "comment", *ttls, "parametersInCacheKeyAndForwardedToOrigin")
    return _document(*names, defaults=ttls)({**inputs, "parametersInCacheKeyAndForwardedToOrigin": key})


def _origin_request_policy(inputs: Inputs) -> dict[str, Any]:
    headers = {"headerBehavior": "none", **inputs["headersConfig"]}
    return _document("name", "comment", "cookiesConfig", "headersConfig", "queryStringsConfig")(
        {**inputs, "headersConfig": headers}
    )


_response_headers_policy = _document(
    "name",
    "comment",
    "corsConfig",
    "securityHeadersConfig",
    "customHeadersConfig",
    "removeHeadersConfig",
    "serverTimingHeadersConfig",
)

_origin_access_control = _document(
    "name",
    "description",
    "originAccessControlOriginType",
    "signingBehavior",
    "signingProtocol",
    defaults={"description": "Managed by Pulumi"},
)


def _public_key(inputs: Inputs) -> dict[str, Any]:
    return {"CallerReference": mark(inputs, length=32), **_document("name", "comment", "encodedKey")(inputs)}


def _public_key_inputs(config: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _provider(config).items() if name != "callerReference"}


def _caller_reference(_part_id: str, answer: Mapping[str, Any], _clients: Clients) -> dict[str, Any]:
    return {"callerReference": answer["PublicKey"]["PublicKeyConfig"]["CallerReference"]}


def _key_group(inputs: Inputs) -> dict[str, Any]:
    # A group's list stands alone, without the length that others have beside them.
    return {**_document("name", "comment")(inputs), "Items": list(inputs["items"])}


def _subscribe(inputs: Inputs, clients: Clients) -> State:
    distribution_id = inputs["distributionId"]
    wanted = _api(inputs["monitoringSubscription"])
    clients.get("cloudfront").create_monitoring_subscription(
        DistributionId=distribution_id, MonitoringSubscription=wanted
    )
    return State(distribution_id, dict(inputs))


def _read_subscription(distribution_id: str, inputs: Inputs, clients: Clients) -> State | None:
    client = clients.get("cloudfront")
    found = unless_gone(lambda: client.get_monitoring_subscription(DistributionId=distribution_id))
    if found is None:
        return None
    there = _provider(found["MonitoringSubscription"])
    return State(
        distribution_id, {**inputs, "distributionId": distribution_id, "monitoringSubscription": there}
    )


def _resubscribe(distribution_id: str, inputs: Inputs, clients: Clients) -> State:
    """The API has no update."""
    _unsubscribe(distribution_id, inputs, clients)
    return _subscribe(inputs, clients)


def _unsubscribe(distribution_id: str, _inputs: Inputs, clients: Clients) -> None:
    client = clients.get("cloudfront")
    unless_gone(lambda: client.delete_monitoring_subscription(DistributionId=distribution_id))


_PARTS = {
    "aws:cloudfront/cachePolicy:CachePolicy": _Part(
        shape="CachePolicy",
        method="cache_policy",
        config=_cache_policy,
        inputs=_provider,
        outputs=_arn("cache-policy"),
    ),
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": _Part(
        shape="OriginRequestPolicy",
        method="origin_request_policy",
        config=_origin_request_policy,
        inputs=_provider,
        outputs=_arn("origin-request-policy"),
    ),
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": _Part(
        shape="ResponseHeadersPolicy",
        method="response_headers_policy",
        config=_response_headers_policy,
        inputs=_provider,
        outputs=_arn("response-headers-policy"),
    ),
    "aws:cloudfront/originAccessControl:OriginAccessControl": _Part(
        shape="OriginAccessControl",
        method="origin_access_control",
        config=_origin_access_control,
        inputs=_provider,
        outputs=_arn("origin-access-control"),
    ),
    "aws:cloudfront/keyGroup:KeyGroup": _Part(
        shape="KeyGroup",
        method="key_group",
        config=_key_group,
        inputs=_provider,
        outputs=lambda _part_id, _answer, _clients: {},
    ),
}

_PUBLIC_KEY = _Part(
    shape="PublicKey",
    method="public_key",
    config=_public_key,
    inputs=_public_key_inputs,
    outputs=_caller_reference,
    kept=("CallerReference",),
)

ROWS: dict[str, Row] = {
    **{resource_type: part.row() for resource_type, part in _PARTS.items()},
    "aws:cloudfront/publicKey:PublicKey": _PUBLIC_KEY.row(
        replace_on=frozenset({"encodedKey", "name", "namePrefix"})
    ),
    "aws:cloudfront/monitoringSubscription:MonitoringSubscription": Row(
        replace_source='terraform-provider-aws, resource "aws_cloudfront_monitoring_subscription"',
        create=_subscribe,
        read=_read_subscription,
        update=_resubscribe,
        delete=_unsubscribe,
        replace_on=frozenset({"distributionId"}),
    ),
}
