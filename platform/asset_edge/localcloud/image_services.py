"""Which function URLs the deployed functions name as image services, and what answers there on a laptop."""

import re
from collections.abc import Callable, Iterable, Iterator

from asset_edge.emulator.endpoints import region_of_url
from asset_edge.emulator.functions import Deployed
from asset_edge.emulator.identities import Identities
from asset_edge.emulator.image_stand_in import ImageStandIn
from asset_edge.emulator.s3 import Store
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.function_access import function_url

_HOST = re.compile(r"[a-z0-9-]+\.lambda-url\.[a-z0-9-]+\.on\.aws")


def stand_in(
    store: Store, identities: Identities, clients: Clients, bucket_of: Callable[[str], str | None]
) -> ImageStandIn:
    """What answers under every function URL that no deployed function has."""
    return ImageStandIn(
        store=store,
        identities=identities,
        bucket_of=bucket_of,
        has_function=lambda host: has_function(clients, host),
    )


def has_function(clients: Clients, host: str) -> bool:
    """Whether a deployed function has the URL with this host name."""
    region = region_of_url(host)
    return region is not None and function_url(clients.get("lambda", region), host) is not None


def notes(functions: Iterable[Deployed | None], clients: Clients) -> list[str]:
    """For each function URL that a function's own JSON files name and nobody has: that it is stood in for."""
    hosts = {host for deployed in functions if deployed for host in _named(deployed)}
    return [
        f"no function is deployed under {host}: transformations are answered by a drawing that names them"
        for host in sorted(hosts)
        if not has_function(clients, host)
    ]


def _named(deployed: Deployed) -> Iterator[str]:
    for file in deployed.folder.rglob("*.json"):
        yield from _HOST.findall(file.read_text(errors="replace"))
