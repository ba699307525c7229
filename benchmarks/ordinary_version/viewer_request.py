"""Who may see an asset: PyJWT reads the tokens, urllib the URL."""

import base64
import hmac
import json
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt

from .paths import behavior_of, canonical

REFUSED = {
    "status": "403",
    "statusDescription": "Forbidden",
    "headers": {"cache-control": [{"key": "Cache-Control", "value": "no-store"}]},
}
LONGEST_POLICY_SECONDS = 48 * 3600


@cache
def baked() -> dict[str, Any]:
    config: dict[str, Any] = json.loads(Path(__file__).with_name("config.json").read_text())
    return config


def handler(event: Any, context: object) -> Any:  # noqa: ARG001 - Lambda passes both
    return answer(event, baked(), keys())


def answer(event: Any, config: dict[str, Any], keys: "Keys") -> Any:
    request = event["Records"][0]["cf"]["request"]
    path = canonical(request["uri"])
    behavior = behavior_of(config, path)
    request["uri"] = path
    if behavior is None or behavior["embargo"] == "off":
        return request
    parameters = parse_qsl(request["querystring"], keep_blank_values=True)
    shown = dict(parameters)
    try:
        claims = keys.verify(shown.get("token", ""), shown.get("policy"), path)
    except jwt.PyJWTError:
        return REFUSED
    place = urlsplit(claims["sub"])
    if canonical(place.path) != path or place.hostname != request["headers"]["host"][0]["value"].lower():
        return REFUSED
    request["querystring"] = urlencode([(k, v) for k, v in parameters if k not in {"token", "policy"}])
    request["headers"]["x-asset-edge-grant"] = [{"key": "x-asset-edge-grant", "value": _grant(claims)}]
    return request


def _grant(claims: dict[str, Any]) -> str:
    parts = []
    if claims.get("countries"):
        parts.append("country=" + "+".join(sorted(claims["countries"])))
    if claims.get("library"):
        parts.append("library=" + claims["library"])
    return ";".join(parts) or "any"


class Keys:
    """The keys of both schemes."""

    def __init__(self, embargo: dict[str, Any]) -> None:
        jwks = [{name: value for name, value in one.items() if value} for one in embargo["jwks"]]
        self.jwks = {one["kid"]: jwt.PyJWK.from_dict(one) for one in jwks}
        self.masters = {one["kid"]: one["secret"].encode() for one in embargo["master_keys"]}
        self.leeway = embargo["leeway_seconds"]

    def verify(self, token: str, policy: str | None, path: str) -> dict[str, Any]:
        """The claims; PyJWT's errors where they must not be believed."""
        if policy is not None:
            return self._asset_key(token, policy, path)
        key = self.jwks.get(jwt.get_unverified_header(token).get("kid", ""))
        if key is None:
            raise jwt.InvalidTokenError("kid")
        return jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            leeway=self.leeway,
            options={"require": ["exp", "sub"]},
        )

    def _asset_key(self, token: str, policy: str, path: str) -> dict[str, Any]:
        master = self.masters[jwt.get_unverified_header(policy)["kid"]]
        key = hmac.digest(master, b"asset-edge policy v1", "sha256")
        options: Any = {"require": ["exp", "sub", "aud", "jti"]}
        told = jwt.decode(
            policy, key, algorithms=["HS256"], audience="adn", leeway=self.leeway, options=options
        )
        if not path.startswith(f"/{told['sub']}/") or told["exp"] > time.time() + LONGEST_POLICY_SECONDS:
            raise jwt.InvalidTokenError("policy")
        secret_key = hmac.digest(master, b"asset-edge secret v1", "sha256")
        secret = base64.urlsafe_b64encode(hmac.digest(secret_key, policy.encode(), "sha256")).rstrip(b"=")
        return jwt.decode(
            token, secret, algorithms=["HS256"], leeway=self.leeway, options={"require": ["sub"]}
        )


@cache
def keys() -> Keys:
    return Keys(baked()["embargo"])
