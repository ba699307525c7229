"""What the settings let through, the components take: nothing is refused after something was registered."""

from typing import Any

import pytest

from asset_edge.components.behaviors import MOST_BEHAVIORS
from asset_edge.components.certificate import MOST_ALIASES
from stacks import assets
from stacks.settings import parse
from tests.engine import Deployment, deploy
from tests.stacks.test_settings import values

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


def built(**changed: Any) -> Deployment:
    told = parse(values(**changed), "asset-edge", "prod")
    return deploy(lambda: assets.build(told, assets.posture("prod")), stack="prod")


@pytest.mark.parametrize(
    "changed",
    [
        {"primaryWeight": 0, "originTtlSeconds": 1, "defaultTtlSeconds": 0, "maxTtlSeconds": 1},
        {"primaryWeight": 255, "replicaWeight": 0, "defaultTtlSeconds": 31_536_000, "encryption": "aws:kms"},
        {"aliases": ["example.com", "a.b.example.com"], "corsOrigins": ["*"], "cacheTagHeader": "x-tags"},
        {"aliases": [f"a{i}.example.com" for i in range(MOST_ALIASES)]},
        {"viewerRequestPaths": ["/"], "requestAffinityPaths": ["/?*", "/" + 254 * "a"]},
        {"viewerRequestPaths": [f"/{i}" for i in range(MOST_BEHAVIORS - 1)]},
        {"geoRestriction": "blacklist", "geoCountries": ["DE", "GB"], "wafRateLimit": 10},
        {"probe": "url", "probePath": "a" * 22, "probeIntervalSeconds": 30, "probeFailureThreshold": 10},
        {"strategy": "dns", "originAuth": "static", "affinity": "request", "nameServers": ["192.0.2.1:53"]},
    ],
    ids="-".join,
)
def test_the_furthest_that_settings_go_builds(changed: dict[str, Any]) -> None:
    assert len(built(**changed).of(DISTRIBUTION)) == 1


def test_without_aliases_viewers_use_the_distributions_own_name() -> None:
    distribution = built(aliases=[]).of(DISTRIBUTION)[0].inputs
    assert "aliases" not in distribution
    assert distribution["viewerCertificate"] == {"cloudfrontDefaultCertificate": True}


def test_a_longest_life_of_0_turns_caching_off() -> None:
    deployment = built(defaultTtlSeconds=0, maxTtlSeconds=0)
    assert deployment.of(DISTRIBUTION)[0].inputs["defaultCacheBehavior"]["cachePolicyId"] == CACHING_DISABLED
    assert deployment.of("aws:cloudfront/cachePolicy:CachePolicy") == []
