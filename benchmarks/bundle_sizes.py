"""How large the zips of the edge functions are, as the stacks deploy them; and of the other versions."""

from benchmarks.bundles_unpacked import all_bundles
from benchmarks.figures import Figure, absolute

BUDGETS_BYTES = {
    "viewer_request": 260_000,
    "origin_request": 200_000,
    "origin_response": 200_000,
    "viewer_request with cryptography": 17_000_000,
}


def measure() -> list[Figure]:
    """One figure a zip, its configuration included; boto3, which Lambda ships, is in none."""
    return [
        absolute(f"zip of {name}", "bytes", len(bundle.zip_bytes()), BUDGETS_BYTES.get(name))
        for name, bundle in all_bundles().items()
    ]
