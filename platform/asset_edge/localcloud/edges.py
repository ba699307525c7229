"""What was deployed as the edge sees it: distributions, the functions they name, the buckets behind them."""

import io
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from asset_edge.emulator import distribution as distributions
from asset_edge.emulator.distribution import Distribution
from asset_edge.emulator.endpoints import bucket_endpoint
from asset_edge.emulator.functions import Deployed, Functions
from asset_edge.errors import LocalError
from asset_edge.localcloud.front import Front


def deployed(front: Front) -> list[Distribution]:
    """Every distribution of the CloudFront API; `Unsupported` for what the edge does not model."""
    found = [distributions.read(item) for item in front.cloudfront.distributions()]
    if not found:
        raise LocalError("the program declares no distribution; the edge serves at least one. Add one to it")
    return found


def functions(front: Front, served: Sequence[Distribution], parts: ExitStack) -> Functions:
    """The functions that the distributions name, each from the very zip that was deployed."""
    folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="asset-edge-")))
    loaded = Functions({arn: _function(front, arn, folder) for arn in sorted(_arns(served))})
    parts.callback(loaded.close)
    return loaded


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


def _arns(served: Iterable[Distribution]) -> set[str]:
    return {f.arn for d in served for b in d.behaviors for f in b.functions.values()}


def _function(front: Front, arn: str, folder: Path) -> Deployed:
    code = front.function_code(arn)
    if code is None:
        raise LocalError(
            f"a distribution names the function {arn}; it is not deployed here. "
            "Declare the function in the same program, and name its qualified ARN"
        )
    unpacked = folder / arn.replace(":", "_")
    with zipfile.ZipFile(io.BytesIO(code.zip_bytes)) as archive:
        archive.extractall(unpacked)
    return Deployed(folder=unpacked, handler=code.handler, name=code.name)
