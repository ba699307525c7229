"""Which pictures a fresh local edge has to show: one version per region, under the same keys."""

import mimetypes
from collections.abc import Mapping
from pathlib import Path

from asset_edge.localcloud.clients import Clients

KEYS = ("demo/picture.png", "assets/picture.png")
"""Where the pictures are put; under `demo/` every request chooses a region anew."""

_SUFFIX = Path(KEYS[0]).suffix


def upload(folder: Path, buckets: Mapping[str, str], clients: Clients) -> dict[str, Path]:
    """Puts one picture of `folder` into each region's bucket, so that one sees which region answers.

    Regions and pictures belong together in alphabetical order. Before replication starts: it copies nothing
    that was there first, and would leave one picture of the two. Returns the picture by region; empty where
    the folder has none.
    """
    pictures = sorted(folder.glob(f"*{_SUFFIX}"))
    if not pictures:
        return {}
    chosen = {region: pictures[i % len(pictures)] for i, region in enumerate(sorted(buckets))}
    content_type = mimetypes.types_map[_SUFFIX]
    for region, picture in chosen.items():
        s3 = clients.get("s3", region)
        for key in KEYS:
            s3.put_object(
                Bucket=buckets[region], Key=key, Body=picture.read_bytes(), ContentType=content_type
            )
    return chosen
