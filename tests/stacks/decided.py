"""A stack file in which all that can be decided is decided, for tests to change one thing at a time."""

import json
from typing import Any

from pydantic import SecretStr

from stacks import assets
from stacks.settings import Settings, parse
from tests.engine import Deployment, deploy
from tests.stacks.test_embargo_keys import MASTER, MASTER_SECRET, SHARED
from tests.stacks.test_settings import values

__all__ = ["EVERYTHING", "MASTER_SECRET", "SECRETS", "built", "settings", "told"]

SECRETS = {"masterKeys": [MASTER], "jwks": [SHARED]}

EVERYTHING: dict[str, Any] = {
    "paths": [
        {"pattern": "/private/*", "embargo": "all", "countryClaims": True},
        {"pattern": "/unpublished/*", "embargo": "unpublished", "registry": True},
        {
            "pattern": "/video/*",
            "embargo": "preparing",
            "library": "films",
            "registry": True,
            "registrySegments": 2,
        },
        {"pattern": "/images/*", "transforms": True, "affinity": "request"},
        {"pattern": "/licensed/*", "territory": "licensed"},
        {"pattern": "*", "registry": True},
    ],
    "territories": [
        {
            "name": "licensed",
            "allow": ["US", "DE"],
            "redirects": {"US": "us.example.com", "DE": "de.example.com"},
        }
    ],
    "libraries": [
        {
            "name": "films",
            "byCountry": {"US": "america", "DE": "europe"},
            "default": "world",
            "granted": ["staff"],
            "languages": ["en", "pt-BR"],
        }
    ],
    "cacheRules": [
        {"name": "manifests", "contentTypes": ["application/dash+xml", "audio/*"], "maxAgeSeconds": 6},
        {
            "name": "variants",
            "pathPattern": "*.jpg",
            "statuses": ["200", "2xx"],
            "headers": {"X-Kind": "thumb*"},
            "parameters": ["w", "h"],
            "maxAgeSeconds": 60,
            "sharedMaxAgeSeconds": 600,
            "staleWhileRevalidateSeconds": 5,
            "staleIfErrorSeconds": 7,
            "immutable": True,
            "tags": ["variants"],
        },
        {"name": "live", "noStore": True},
        {"name": "checked", "mustRevalidate": True},
    ],
    "cacheTagHeader": "x-tags",
    "imageServices": {
        "eu-west-1": "abc.lambda-url.eu-west-1.on.aws",
        "us-east-1": "abc.lambda-url.us-east-1.on.aws",
    },
    "registryRegions": ["eu-west-1", "us-east-1", "ap-southeast-2"],
    "registryUnknown": "refuse",
    "registryKnownSeconds": 20,
    "corsOrigins": ["https://www.example.com"],
    "requestAffinityPaths": ["/demo/*"],
    "viewerRequestPaths": ["/seen/*"],
    "loggedPerMillion": 20_000,
}


def told(*, secrets: Any = SECRETS, **changed: Any) -> dict[str, Any]:
    """What the CLI passes, the secrets as secrets."""
    text = SecretStr(secrets if isinstance(secrets, str) else json.dumps(secrets))
    return {**values(**{**EVERYTHING, **changed}), "asset-edge:embargoSecrets": text}


def settings(**changed: Any) -> Settings:
    return parse(told(**changed), "asset-edge", "prod")


def built(*, preview: bool = False, **changed: Any) -> Deployment:
    """The stack of these settings, deployed."""
    found = settings(**changed)
    return deploy(lambda: assets.build(found, assets.posture("prod")), stack="prod", preview=preview)
