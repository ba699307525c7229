"""What was deployed as the edge sees it: distributions, the functions they name, the buckets behind them."""

from collections.abc import Iterator, Mapping, Sequence

from asset_edge.emulator import distribution as distributions
from asset_edge.emulator.compression import BROTLI_NOTE
from asset_edge.emulator.distribution import Distribution
from asset_edge.emulator.endpoints import bucket_endpoint
from asset_edge.emulator.functions import Find
from asset_edge.errors import LocalError
from asset_edge.localcloud.front import Front


def deployed(front: Front) -> Sequence[Distribution]:
    """Every distribution of the CloudFront API; LocalError where there is none."""
    found = front.cloudfront.served()
    if not found:
        raise LocalError("the program declares no distribution; the edge serves at least one. Add one to it")
    return found


def functions(served: Sequence[Distribution], find: Find) -> list[str]:
    """The ARNs of the functions that the distributions name; LocalError for one that is not deployed."""
    arns = sorted({f.arn for d in served for b in d.behaviors for f in b.functions.values()})
    for arn in arns:
        if find(arn) is None:
            raise LocalError(
                f"a distribution names the function {arn}; it is not deployed here. "
                "Declare the function in the same program, and name its qualified ARN"
            )
    return arns


def buckets(served: Sequence[Distribution]) -> dict[str, str]:
    """The bucket of each region that a distribution fetches from; the first one where there are several."""
    found: dict[str, str] = {}
    for origin in (o for d in served for b in d.behaviors for o in b.target.origins):
        endpoint = bucket_endpoint(origin.domain_name)
        if endpoint:
            found.setdefault(endpoint.region, endpoint.bucket)
    return dict(sorted(found.items()))


def without_effect(front: Front) -> Mapping[str, list[str]]:
    """By distribution id, what it declares that changes nothing on a laptop."""
    return {
        item["Id"]: distributions.without_effect(item["DistributionConfig"])
        for item in front.cloudfront.distributions()
    }


def different(served: Sequence[Distribution]) -> list[str]:
    """What the edge answers otherwise than CloudFront would, each once, as lines to be shown."""
    return list(dict.fromkeys(line for d in served for line in _different(d)))


def _different(served: Distribution) -> Iterator[str]:
    for behavior in served.behaviors:
        if behavior.unknown_headers:
            names = ", ".join(sorted(behavior.unknown_headers))
            yield f"asked for on {behavior.path_pattern} of {served.id} and in no request here: {names}"
        if behavior.compress and behavior.cache_policy.brotli:
            yield BROTLI_NOTE
