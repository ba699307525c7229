"""Edits of the small stack, one line each."""

from collections.abc import Callable
from typing import Any

from tests.ops.plans import Edited, policy, statement

EU, US = "eu-west-1", "us-east-1"
Edit = Callable[[Edited], object]


def weights(eu: int | None = None, us: int | None = None, *, beacons: bool = True) -> Edit:
    def edit(plan: Edited) -> None:
        for region, weight in ((EU, eu), (US, us)):
            if weight is not None:
                plan.inputs(f"origin-cname-{region}")["weightedRoutingPolicies"] = [{"weight": weight}]
                if beacons:
                    plan.inputs(f"origin-beacon-{region}")["records"] = [f"127.0.0.{weight}"]

    return edit


def inputs(name: str, **changed: Any) -> Edit:
    return lambda plan: plan.inputs(name).update(changed)


def behavior(index: int, **changed: Any) -> Edit:
    return lambda plan: plan.config()["behaviors"][index].update(changed)


def territory(**changed: Any) -> Edit:
    return lambda plan: plan.config()["territories"][0].update(changed)


def config(**changed: Any) -> Edit:
    return lambda plan: plan.config().update(changed)


def without(name: str) -> Edit:
    return lambda plan: plan.without(name)


def cached(part: str, **changed: Any) -> Edit:
    key = "parametersInCacheKeyAndForwardedToOrigin"
    return lambda plan: plan.inputs("edge-cache-policy")[key][part].update(changed)


def viewer(**changed: Any) -> Edit:
    return lambda plan: plan.inputs("edge-distribution")["orderedCacheBehaviors"][0].update(changed)


def documents(name: str, *statements: dict[str, Any]) -> Edit:
    return inputs(name, policy=policy(*statements))


BUCKET_POLICY, ROLE_POLICY = f"assets-policy-{EU}", "origin-request-policy"
TLS = statement("TlsOnly", "Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})
READ = {**statement("Read"), "Resource": ["arn:aws:s3:::assets/*"]}
CNAME, BEACON, FUNCTION = f"origin-cname-{EU}", f"origin-beacon-{EU}", "origin-request-function"
CACHE, EDGE, TABLE, LOGS = "edge-cache-policy", "edge-distribution", "registry-table", "origin-request-logs"
BLOCK, VERSIONING, BUCKET = f"assets-public-access-{EU}", f"assets-versioning-{EU}", f"assets-bucket-{EU}"
