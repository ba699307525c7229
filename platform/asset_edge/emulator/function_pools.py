"""Each function with its instances: found at its first request, started anew when it is deployed anew."""

import asyncio
import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from asset_edge.emulator import limits
from asset_edge.emulator.function_pool import Make, Member, Pool
from asset_edge.emulator.functions import Deployed, Find
from asset_edge.emulator.limits import Limit
from asset_edge.emulator.messages import Crashed, Returned, Throttled
from asset_edge.emulator.runtime_api import Invocation
from asset_edge.errors import LocalError


def random_request_id() -> str:
    """Lambda's request ids are random UUIDs."""
    return str(uuid.uuid4())


@dataclass(frozen=True, kw_only=True)
class _Served:
    deployed: Deployed
    pool: Pool


class Pools:
    """Functions by ARN. Everything is called in one event loop.

    As many requests may be under way as Lambda@Edge runs instances in a region; one more is throttled.
    """

    def __init__(
        self,
        find: Find,
        maker: Callable[[str, Deployed], Make],
        *,
        most_instances: int,
        new_request_id: Callable[[], str] = random_request_id,
        concurrency: Limit = limits.CONCURRENCY,
    ) -> None:
        self._concurrency = concurrency
        self._under_way = 0
        self._find = find
        self._maker = maker
        self._most_instances = most_instances
        self._new_request_id = new_request_id
        self._served: dict[str, _Served] = {}
        self._retired: list[Pool] = []
        self._closed = False

    def members(self, arn: str) -> frozenset[Member]:
        """The instances of a function."""
        return self._served[arn].pool.members if arn in self._served else frozenset()

    async def start(self, arns: Iterable[str]) -> None:
        """Initialises each function once; LocalError with its name and its own message where one cannot."""
        proofs = (self._proved(arn) for arn in dict.fromkeys(arns))
        for outcome in await asyncio.gather(*proofs, return_exceptions=True):
            if outcome is not None:
                raise outcome

    async def invoke(self, arn: str, event: object) -> Returned | Crashed:
        """What the function makes of the event; never raises. Where the caller leaves, it goes on."""
        try:
            pool = self._pool(arn)
            body = json.dumps(event).encode()
        except (LocalError, OSError, TypeError, ValueError) as error:
            return Crashed(str(error))
        if not self._concurrency.allows(self._under_way + 1):
            return Throttled(f"{self._concurrency.what}: {self._concurrency}")
        self._under_way += 1
        answer: asyncio.Future[Returned | Crashed] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(self._ended)
        pool.submit(Invocation(request_id=self._new_request_id(), body=body, arn=arn, answer=answer))
        return await asyncio.shield(answer)

    async def close(self) -> None:
        """Ends every instance."""
        self._closed = True
        pools = [*self._retired, *(served.pool for served in self._served.values())]
        await asyncio.gather(*(pool.close() for pool in pools))

    async def _proved(self, arn: str) -> None:
        failure = await self._pool(arn).prove()
        if failure is not None:
            name = self._served[arn].deployed.name
            raise LocalError(
                f"function {name} ({arn}) cannot be initialised: {failure.reason}. "
                "Its log says more; mend it and deploy it again"
            )

    def _ended(self, _: "asyncio.Future[Returned | Crashed]") -> None:
        self._under_way -= 1

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
        pool = Pool(self._maker(arn, deployed), self._most_instances)
        self._served[arn] = _Served(deployed=deployed, pool=pool)
        return pool
