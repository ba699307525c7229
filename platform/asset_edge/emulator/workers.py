"""Runs functions as Lambda does: each instance a process under AWS's runtime client, from the zip alone."""

import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from asset_edge.emulator import workers_view
from asset_edge.emulator.function_pool import Make
from asset_edge.emulator.function_pools import Pools, random_request_id
from asset_edge.emulator.functions import Deployed, Find
from asset_edge.emulator.messages import Crashed, Returned
from asset_edge.emulator.workers_instance import Birth, Instance

_INSTALLED = tuple(dict.fromkeys(Path(sysconfig.get_path(p)) for p in ("purelib", "platlib")))


@dataclass(frozen=True, kw_only=True)
class Network:
    """What a worker process reaches; everything else refuses it."""

    dns: str
    """`address:port` of the DNS server that all its questions go to."""

    tls_port: int | None = None
    """Where port 443 of a loopback address leads, which AWS's names resolve to; None refuses."""

    ca_file: Path | None = None
    """Who vouches for the certificates there, in PEM."""


class Workers:
    """Functions by ARN, each in up to `most_instances` processes. Everything is called in one event loop."""

    def __init__(
        self,
        find: Find,
        network: Network,
        *,
        most_instances: int = 4,
        epoch_seconds: Callable[[], float] = time.time,
        new_request_id: Callable[[], str] = random_request_id,
        installed: Sequence[Path] = _INSTALLED,
    ) -> None:
        self._pools = Pools(find, self._maker, most_instances=most_instances, new_request_id=new_request_id)
        self._network = network
        self._epoch_seconds = epoch_seconds
        self._installed = installed
        self._scratch = tempfile.TemporaryDirectory(prefix="asset-edge-workers-")
        self._folder = Path(self._scratch.name)
        self._runtime: Path | None = None
        self._views = 0
        self._notes = list(workers_view.general_notes())

    @property
    def notes(self) -> tuple[str, ...]:
        """What differs from Lambda here, one sentence each; grows as functions are first looked at."""
        return tuple(dict.fromkeys(self._notes))

    def process_ids(self, arn: str) -> list[int]:
        """The processes that run the function."""
        members = self._pools.members(arn)
        return sorted(m.process_id for m in members if isinstance(m, Instance) and m.process_id)

    async def start(self, arns: Iterable[str]) -> None:
        """Initialises each function once; LocalError with its name and its own message where one cannot."""
        await self._pools.start(arns)

    async def invoke(self, arn: str, event: object) -> Returned | Crashed:
        """What the function makes of the event; never raises. Where the caller leaves, it goes on."""
        return await self._pools.invoke(arn, event)

    async def close(self) -> None:
        """Ends every process."""
        await self._pools.close()
        self._scratch.cleanup()

    def _maker(self, arn: str, deployed: Deployed) -> Make:
        return partial(Instance, self._birth(arn, deployed))

    def _birth(self, arn: str, deployed: Deployed) -> Birth:
        runtime = self._runtime = self._runtime or workers_view.runtime_folder(self._folder / "runtime")
        self._views += 1
        builds, notes = workers_view.own_builds(
            deployed, self._installed, self._folder / f"builds-{self._views}"
        )
        self._notes += notes
        return Birth(
            name=deployed.name,
            handler=deployed.handler,
            folder=deployed.folder,
            timeout_seconds=deployed.timeout_seconds,
            before=[*([builds] if builds else []), deployed.folder, *deployed.libraries],
            after=[runtime],
            dns=self._network.dns,
            tls_port=self._network.tls_port,
            epoch_seconds=self._epoch_seconds,
            variables=partial(
                workers_view.variables,
                deployed,
                arn,
                runtime=runtime,
                home=self._folder / "home",
                ca_file=self._network.ca_file,
            ),
        )
