"""Runs functions as Lambda does: each instance a process under AWS's own runtime client, from the zip alone.

A function that is not there yet is looked for at its first request; what is deployed anew is started anew.
"""

import asyncio
import json
import sysconfig
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from asset_edge.emulator import workers_view
from asset_edge.emulator.functions import Deployed, Find
from asset_edge.emulator.messages import Crashed, Returned
from asset_edge.emulator.runtime_api import Invocation
from asset_edge.emulator.workers_instance import Birth
from asset_edge.emulator.workers_pool import Pool
from asset_edge.errors import LocalError

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


@dataclass(frozen=True, kw_only=True)
class _Served:
    deployed: Deployed
    pool: Pool


class Workers:
    """Functions by ARN, each in up to `most_instances` processes. Everything is called in one event loop."""

    def __init__(
        self,
        find: Find,
        network: Network,
        *,
        most_instances: int = 4,
        epoch_seconds: Callable[[], float] = time.time,
        new_request_id: Callable[[], str] = lambda: str(uuid.uuid4()),
        installed: Sequence[Path] = _INSTALLED,
    ) -> None:
        self._find = find
        self._network = network
        self._most_instances = most_instances
        self._epoch_seconds = epoch_seconds
        self._new_request_id = new_request_id
        self._installed = installed
        self._scratch = tempfile.TemporaryDirectory(prefix="asset-edge-workers-")
        self._folder = Path(self._scratch.name)
        self._runtime: Path | None = None
        self._served: dict[str, _Served] = {}
        self._retired: list[Pool] = []
        self._views = 0
        self._notes = list(workers_view.general_notes())
        self._closed = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What differs from Lambda here, one sentence each."""
        return tuple(dict.fromkeys(self._notes))

    def process_ids(self, arn: str) -> list[int]:
        """The processes that run the function."""
        return self._served[arn].pool.process_ids if arn in self._served else []

    async def start(self, arns: Iterable[str]) -> None:
        """Initialises each function once; LocalError with its name and its own message where one cannot."""
        proofs = (self._proved(arn) for arn in dict.fromkeys(arns))
        for outcome in await asyncio.gather(*proofs, return_exceptions=True):
            if outcome is not None:
                raise outcome

    async def invoke(self, arn: str, event: object) -> Returned | Crashed:
        """What the function makes of the event; never raises. Where the caller leaves, the function goes on."""
        try:
            pool = self._pool(arn)
            body = json.dumps(event).encode()
        except (LocalError, OSError, TypeError, ValueError) as error:
            return Crashed(str(error))
        answer: asyncio.Future[Returned | Crashed] = asyncio.get_running_loop().create_future()
        pool.submit(Invocation(request_id=self._new_request_id(), body=body, arn=arn, answer=answer))
        return await asyncio.shield(answer)

    async def close(self) -> None:
        """Ends every process."""
        self._closed = True
        pools = [*self._retired, *(served.pool for served in self._served.values())]
        await asyncio.gather(*(pool.close() for pool in pools))
        self._scratch.cleanup()

    async def _proved(self, arn: str) -> None:
        failure = await self._pool(arn).prove()
        if failure is not None:
            name = self._served[arn].deployed.name
            raise LocalError(
                f"function {name} ({arn}) cannot be initialised: {failure.reason}. "
                "Its log says more; mend it and deploy it again"
            )

    def _pool(self, arn: str) -> Pool:
        deployed = None if self._closed else self._find(arn)
        served = self._served.get(arn)
        if served and deployed == served.deployed:
            return served.pool
        if served:
            served.pool.retire()
            self._retired = [pool for pool in self._retired if not pool.is_empty]
            self._retired.append(self._served.pop(arn).pool)
        if deployed is None:
            raise LocalError(f"no function {arn} is deployed here; a version's ARN ends with its number")
        pool = Pool(self._birth(arn, deployed), self._most_instances)
        self._served[arn] = _Served(deployed=deployed, pool=pool)
        return pool

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
