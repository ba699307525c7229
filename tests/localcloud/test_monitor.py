"""What the engine's side refuses when it is asked directly, and what a state must not hold."""

import asyncio

import pulumi
import pytest
from pulumi.runtime.proto import resource_pb2

from asset_edge.errors import ProgramError, Unsupported
from asset_edge.localcloud import engine
from asset_edge.localcloud.symbols import symbolic_state
from tests.localcloud.test_engine import run


def test_a_method_of_a_resource_is_refused_by_name() -> None:
    with pytest.raises(Unsupported, match="the method other:index:Cluster/kubeconfig"):
        run(lambda: pulumi.runtime.call("other:index:Cluster/kubeconfig", {}))


def test_whether_a_resource_exists_is_not_known() -> None:
    request = resource_pb2.ExistsResourceRequest(type="aws:s3/bucket:Bucket", id="my-bucket")
    with pytest.raises(ProgramError, match="whether aws:s3/bucket:Bucket 'my-bucket' exists"):
        engine.Monitor(symbolic_state).ExistsResource(request)


def test_a_state_that_must_be_awaited_is_refused() -> None:
    async def program() -> None:
        later = asyncio.get_running_loop().create_future()
        state = {"arn": pulumi.Output.from_input(later)}
        with pytest.raises(TypeError, match=r"awaited: \['arn'\]; give its value"):
            await asyncio.to_thread(engine._message, state)
        later.set_result("arn:aws:s3:::b")

    assert run(program).registrations == ()
