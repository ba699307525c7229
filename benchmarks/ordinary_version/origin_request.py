"""Where a request goes: boto3 asks the registry, dnspython the beacons, botocore signs."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import dns.resolver
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from cachetools import TTLCache

from .paths import behavior_of, canonical

KEPT = "public, max-age=60"
ROW_SECONDS = 60


@cache
def baked() -> dict[str, Any]:
    config: dict[str, Any] = json.loads(Path(__file__).with_name("config.json").read_text())
    return config


class Clients:
    """What is made once: boto3's client and credentials, dnspython's resolver, the rows known so far."""

    def __init__(self, region: str) -> None:
        session = boto3.Session(region_name=region)
        credentials = session.get_credentials()
        assert credentials
        self.credentials = credentials
        self.dynamodb: Any = session.client("dynamodb")
        self.resolver = dns.resolver.Resolver(configure=False)
        self.resolver.nameservers = ["169.254.169.253"]
        self.resolver.cache = dns.resolver.LRUCache()
        self.rows: TTLCache[str, dict[str, Any]] = TTLCache(10_000, ROW_SECONDS)

    def row(self, table: str, key: str) -> dict[str, Any]:
        """The registry's item; an empty one where there is none."""
        if key not in self.rows:
            self.rows[key] = self.dynamodb.get_item(TableName=table, Key={"key": {"S": key}}).get("Item", {})
        return self.rows[key]

    def weight(self, beacon: str) -> int:
        """Of a region, by its beacon; dnspython remembers it for its TTL."""
        return int(str(self.resolver.resolve(beacon, "A")[0]).rpartition(".")[2])


@cache
def clients() -> Clients:
    return Clients(baked()["registry"]["regions"][0])


def handler(event: Any, context: object) -> Any:  # noqa: ARG001 - Lambda passes both
    return answer(event, baked(), clients())


def answer(event: Any, config: dict[str, Any], made: Clients) -> Any:
    cf = event["Records"][0]["cf"]
    request = cf["request"]
    path = canonical(request["uri"])
    behavior = behavior_of(config, path)
    if request["method"] not in {"GET", "HEAD"}:
        return _answer("405", "no-store")
    if behavior:
        refused = _refused(request, path, behavior, config, made)
        if refused:
            return refused
    region = _region(config, path, made)
    bucket = next(one for one in config["buckets"] if one["region"] == region)
    return _sent(request, path, bucket, cf["config"]["requestId"], made)


def _refused(request: Any, path: str, behavior: dict[str, Any], config: dict[str, Any], made: Clients) -> Any:
    row = made.row(config["registry"]["table"], path[1:]) if behavior["registry"] else {}
    status = row.get("status", {}).get("S", "published")
    grant = request["headers"].get("x-asset-edge-grant", [{"value": "none"}])[0]["value"]
    if status == "archived":
        return _answer("410", KEPT)
    if (status != "published" or behavior["embargo"] == "all") and grant == "none":
        return _answer("403", "no-store")
    return _elsewhere(request, path, behavior, config, row)


def _elsewhere(
    request: Any, path: str, behavior: dict[str, Any], config: dict[str, Any], row: dict[str, Any]
) -> Any:
    rules = next((one for one in config["territories"] if one["name"] == behavior["territory"]), None)
    if rules is None:
        return None
    country = request["headers"]["cloudfront-viewer-country"][0]["value"]
    licensed = row.get("countries", {}).get("SS", [country])
    if country not in rules["allow"] or country in rules["deny"] or country not in licensed:
        return _answer("451", KEPT)
    host = next((one["host"] for one in rules["redirects"] if one["country"] == country), None)
    return _answer("302", KEPT, f"https://{host}{path}") if host else None


def _answer(status: str, cache_control: str, location: str | None = None) -> Any:
    headers = {"cache-control": [{"key": "Cache-Control", "value": cache_control}]}
    if location:
        headers["location"] = [{"key": "Location", "value": location}]
    return {"status": status, "headers": headers}


def _region(config: dict[str, Any], path: str, made: Clients) -> str:
    weights = {one["region"]: made.weight(one["beacon"]) for one in config["buckets"]}

    def score(region: str) -> float:
        digest = hashlib.sha256(f"{region}\n{path[1:]}".encode()).digest()
        return float((int.from_bytes(digest[:8], "big") / (1 << 64)) ** (1 / weights[region]))

    chosen: str = max((region for region, weight in weights.items() if weight), key=score)
    return chosen


def _sent(request: Any, path: str, bucket: dict[str, Any], request_id: str, made: Clients) -> Any:
    url = f"https://{bucket['domain_name']}{path}"
    signed = AWSRequest(request["method"], url, headers={"x-amz-cf-id": request_id})
    S3SigV4Auth(made.credentials, "s3", bucket["region"]).add_auth(signed)
    del signed.headers["x-amz-cf-id"]
    signed.headers["Host"] = bucket["domain_name"]
    for name, value in signed.headers.items():
        request["headers"][name.lower()] = [{"key": name, "value": value}]
    request["origin"] = {
        "custom": {
            "customHeaders": {},
            "domainName": bucket["domain_name"],
            "keepaliveTimeout": 5,
            "path": "",
            "port": 443,
            "protocol": "https",
            "readTimeout": 5,
            "sslProtocols": ["TLSv1.2"],
        }
    }
    return {**request, "uri": path, "querystring": ""}
