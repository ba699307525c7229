"""A program runs without an engine exactly as far as it can, and says where it cannot."""

import asyncio
import gc
import threading
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from asset_edge.errors import AssetEdgeError, ProgramError, Unsupported
from asset_edge.localcloud import engine, masking
from asset_edge.localcloud.engine import Registration, Run, State
from asset_edge.localcloud.symbols import symbolic_state

SECRET = masking.marked("hunter2")


Program = Callable[[], object]


def run(program: Program, **options: Any) -> Run:
    """Runs it as a program; what a synchronous one returns is of no interest."""

    def body() -> Awaitable[None] | None:
        result = program()
        return result if isinstance(result, Awaitable) else None

    return engine.run(body, project="p", stack="s", respond=options.pop("respond", symbolic_state), **options)


def found(result: Run, name: str) -> Registration:
    (registration,) = [r for r in result.registrations if r.name == name]
    return registration


def echo(registration: Registration) -> State:
    return State("id", dict(registration.inputs))


class Shelf(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("x:y:Shelf", name, None, opts)
        self.bucket = aws.s3.Bucket(f"{name}-b", opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({"bucket": self.bucket, "count": 2, "secret": pulumi.Output.secret("s")})


def test_urns_are_those_of_the_real_engine() -> None:
    def program() -> None:
        outer = Shelf("outer")
        Shelf("inner", pulumi.ResourceOptions(parent=outer))

    assert [r.urn for r in sorted(run(program).registrations, key=lambda r: r.urn)] == [
        "urn:pulumi:s::p::x:y:Shelf$aws:s3/bucket:Bucket::outer-b",
        "urn:pulumi:s::p::x:y:Shelf$x:y:Shelf$aws:s3/bucket:Bucket::inner-b",
        "urn:pulumi:s::p::x:y:Shelf$x:y:Shelf::inner",
        "urn:pulumi:s::p::x:y:Shelf::outer",
    ]


def test_a_child_of_the_stack_has_no_parent_and_a_child_of_a_component_has_its_urn() -> None:
    result = run(lambda: Shelf("shelf"))
    assert found(result, "shelf").parent == ""
    assert found(result, "shelf-b").parent == "urn:pulumi:s::p::x:y:Shelf::shelf"
    assert (found(result, "shelf").custom, found(result, "shelf-b").custom) == (False, True)


def test_a_component_may_register_resources_as_outputs() -> None:
    (outputs,) = (o for urn, o in run(lambda: Shelf("shelf")).component_outputs.items() if "Shelf" in urn)
    assert outputs == {
        "bucket": "<aws:s3/bucket:Bucket shelf-b id>",
        "count": 2,
        "secret": masking.marked("s"),
    }


def test_the_stack_outputs_are_what_the_program_exports() -> None:
    def program() -> None:
        pulumi.export("arn", aws.s3.Bucket("b").arn)
        pulumi.export("password", pulumi.Output.secret("hunter2"))

    assert run(program).outputs == {"arn": "<aws:s3/bucket:Bucket b arn>", "password": SECRET}


def test_an_async_program_is_awaited() -> None:
    async def program() -> None:
        await asyncio.sleep(0)
        aws.s3.Bucket("late")

    assert found(run(program), "late").type == "aws:s3/bucket:Bucket"


def test_inputs_reach_respond_and_its_outputs_reach_dependents() -> None:
    def respond(registration: Registration) -> State:
        return State(f"id-of-{registration.name}", {"arn": "arn:aws:s3:::b", **registration.inputs})

    def program() -> None:
        bucket = aws.s3.Bucket("b")
        aws.s3.BucketPolicy("p", bucket=bucket.id, policy=bucket.arn)

    policy = found(run(program, respond=respond), "p")
    assert policy.inputs == {"bucket": "id-of-b", "policy": "arn:aws:s3:::b"}
    assert policy.dependencies == ("urn:pulumi:s::p::aws:s3/bucket:Bucket::b",)


def test_in_preview_what_respond_leaves_out_is_unknown() -> None:
    def program() -> None:
        pulumi.export("arn", aws.s3.Bucket("b").arn)
        aws.s3.BucketPolicy("p", bucket=aws.s3.Bucket("c").id, policy="{}")

    result = run(program, preview=True, respond=lambda r: State(None, dict(r.inputs)))
    assert engine.is_unknown(found(result, "p").inputs["bucket"])
    assert engine.is_unknown(result.outputs["arn"])
    assert not engine.is_unknown(found(result, "p").inputs["policy"])


def test_outputs_that_are_always_secret_are_marked_even_if_respond_does_not() -> None:
    result = run(lambda: pulumi.export("key", aws.iam.AccessKey("k", user="u").secret))
    assert result.outputs == {"key": masking.marked("<aws:iam/accessKey:AccessKey k secret>")}
    assert "secret" in found(result, "k").secret_outputs


def test_a_secret_input_stays_marked_on_its_way_through_outputs() -> None:
    def program() -> None:
        parameter = aws.ssm.Parameter("p", type="String", value=pulumi.Output.secret("hunter2"))
        pulumi.export("value", parameter.value)

    assert run(program, respond=echo).outputs == {"value": SECRET}


def test_config_and_its_secrets_are_what_the_run_was_given() -> None:
    def program() -> None:
        pulumi.export("plain", pulumi.Config().require("k"))
        pulumi.export("hidden", pulumi.Config().require_secret("h"))
        pulumi.export("root", pulumi.runtime.get_root_directory())

    result = run(program, config={"p:k": "v", "p:h": "hunter2"}, secret_keys=["p:h"], root_directory="/here")
    assert result.outputs == {"plain": "v", "hidden": SECRET, "root": "/here"}


def with_options(**options: Any) -> dict[str, Any]:
    result = run(lambda: aws.s3.Bucket("b", opts=pulumi.ResourceOptions(**options)))
    return found(result, "b").options


SDKS_OWN = "aws:s3/bucketV2:BucketV2"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param({}, {}, id="none"),
        pytest.param({"protect": True}, {"protect": True}, id="protect"),
        pytest.param({"protect": False}, {}, id="not-protected"),
        pytest.param({"retain_on_delete": True}, {"retainOnDelete": True}, id="retain"),
        pytest.param({"delete_before_replace": True}, {"deleteBeforeReplace": True}, id="delete-first"),
        pytest.param({"delete_before_replace": False}, {"deleteBeforeReplace": False}, id="delete-last"),
        pytest.param(
            {"ignore_changes": ["tags", "bucket"]}, {"ignoreChanges": ["bucket", "tags"]}, id="ignore"
        ),
        pytest.param({"replace_on_changes": ["tags"]}, {"replaceOnChanges": ["tags"]}, id="replace-on"),
        pytest.param({"import_": "my-bucket"}, {"import": "my-bucket"}, id="import"),
        pytest.param({"replacement_trigger": "2"}, {"replacementTrigger": "2"}, id="trigger"),
    ],
)
def test_options_that_decide_a_resources_fate_are_told(options: dict[str, Any], told: dict[str, Any]) -> None:
    assert with_options(**options) == {"aliases": [SDKS_OWN]} | told


@pytest.mark.parametrize(
    ("alias", "told"),
    [
        ("urn:pulumi:s::p::a:b:C::n", "urn:pulumi:s::p::a:b:C::n"),
        (pulumi.Alias(name="old"), "name=old"),
        (pulumi.Alias(type_="a:b:C"), "a:b:C"),
        (pulumi.Alias(name="old", type_="a:b:C"), "type=a:b:C name=old"),
        (pulumi.Alias(name="old", parent=pulumi.ROOT_STACK_RESOURCE), "parent=none name=old"),
        (pulumi.Alias(parent="urn:pulumi:s::p::x:y:Z::z"), "parent=urn:pulumi:s::p::x:y:Z::z"),
        (pulumi.Alias(stack="t", project="q"), "stack=t project=q"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_alias_says_what_the_resource_was_once_called(alias: Any, told: str) -> None:
    assert with_options(aliases=[alias])["aliases"] == sorted([SDKS_OWN, told])


def test_options_that_name_other_resources_name_their_urns() -> None:
    def program() -> None:
        provider = aws.Provider("ireland", region="eu-west-1")
        bucket = aws.s3.Bucket("b")
        options = pulumi.ResourceOptions(provider=provider, deleted_with=bucket, replace_with=[bucket])
        aws.s3.Bucket("c", opts=options)

    result = run(program)
    assert found(result, "c").options == {
        "aliases": [SDKS_OWN],
        "provider": "urn:pulumi:s::p::pulumi:providers:aws::ireland",
        "deletedWith": "urn:pulumi:s::p::aws:s3/bucket:Bucket::b",
        "replaceWith": ["urn:pulumi:s::p::aws:s3/bucket:Bucket::b"],
    }
    assert found(result, "ireland").inputs["region"] == "eu-west-1"


class Remote(pulumi.ComponentResource):
    def __init__(self) -> None:
        super().__init__("other:index:Thing", "thing", {}, None, remote=True)


def a_hook(_: Any) -> None: ...


def an_error_hook(_: Any) -> bool:
    return False


def with_hook(hooks: Any) -> None:
    aws.s3.Bucket("b", opts=pulumi.ResourceOptions(hooks=hooks))


@pytest.mark.parametrize(
    ("program", "kind", "words"),
    [
        pytest.param(
            aws.get_caller_identity,
            ProgramError,
            ["looked up aws:index/getCallerIdentity:getCallerIdentity", "setting"],
            id="look-up",
        ),
        pytest.param(
            lambda: aws.s3.get_bucket_output(bucket="b"),
            ProgramError,
            ["aws:s3/getBucket:getBucket(bucket)"],
            id="look-up-of-an-output",
        ),
        pytest.param(
            lambda: aws.s3.Bucket.get("n", "my-bucket"),
            ProgramError,
            ["aws:s3/bucket:Bucket", "'my-bucket'", "setting"],
            id="resource-read",
        ),
        pytest.param(
            lambda: pulumi.StackReference("org/p/s"), ProgramError, ["org/p/s"], id="stack-reference"
        ),
        pytest.param(Remote, Unsupported, ["other:index:Thing", "plugin"], id="remote"),
        pytest.param(
            lambda: pulumi.runtime.register_resource_transform(a_hook),
            Unsupported,
            ["stack transform a_hook"],
            id="stack-transform",
        ),
        pytest.param(
            lambda: pulumi.runtime.register_invoke_transform(a_hook),
            Unsupported,
            ["invoke transform a_hook"],
            id="invoke-transform",
        ),
        pytest.param(
            lambda: aws.s3.Bucket("b", opts=pulumi.ResourceOptions(transforms=[a_hook])),
            Unsupported,
            ["transform a_hook"],
            id="transform",
        ),
        pytest.param(
            lambda: with_hook(pulumi.ResourceHookBinding(before_create=[a_hook])),
            Unsupported,
            ["resource hook"],
            id="hook",
        ),
        pytest.param(
            lambda: pulumi.ErrorHook("retry", an_error_hook),
            Unsupported,
            ["error hook retry"],
            id="error-hook",
        ),
        pytest.param(
            lambda: [aws.s3.Bucket("twice"), aws.s3.Bucket("twice")],
            ProgramError,
            ["two resources", "aws:s3/bucket:Bucket::twice", "Rename"],
            id="same-urn",
        ),
    ],
)
def test_what_a_plan_cannot_know_is_refused_by_name(
    program: Program, kind: type[AssetEdgeError], words: list[str]
) -> None:
    with pytest.raises(kind) as refused:
        run(program)
    assert [word for word in words if word not in str(refused.value)] == []


def test_a_refused_look_up_shows_no_secret() -> None:
    def program() -> None:
        aws.s3.get_bucket_output(bucket=pulumi.Output.secret("hunter2"))

    with pytest.raises(ProgramError, match="bucket") as refused:
        run(program)
    assert "hunter2" not in str(refused.value)


def test_look_ups_are_answered_by_whoever_can() -> None:
    def invoke(token: str, _: Any) -> dict[str, Any]:
        assert token == "aws:index/getCallerIdentity:getCallerIdentity"
        return {"accountId": "123456789012"}

    result = run(lambda: pulumi.export("id", aws.get_caller_identity().account_id), invoke=invoke)
    assert result.outputs == {"id": "123456789012"}


class Odd(Exception):  # noqa: N818 - any exception
    pass


def raising(where: str) -> tuple[Program, Callable[[Registration], State]]:
    def refuse(_: Any) -> State:
        raise Odd(where)

    programs: dict[str, Program] = {
        "program": lambda: refuse(aws.s3.Bucket("b")),
        "apply": lambda: aws.s3.Bucket("b").arn.apply(refuse),
        "respond": lambda: ([aws.s3.Bucket(f"b{i}", bucket=aws.s3.Bucket(f"c{i}").arn) for i in range(4)]),
    }
    return programs[where], (refuse if where == "respond" else symbolic_state)


@pytest.mark.parametrize("where", ["program", "apply", "respond"])
def test_an_exception_comes_out_unchanged_and_nothing_is_left_running(where: str) -> None:
    program, respond = raising(where)
    with pytest.raises(Odd, match=where):
        run(program, respond=respond)
    left = [t.name for t in threading.enumerate() if t.name.startswith(("pulumi-program", "asyncio"))]
    assert left == []


def test_sys_exit_in_a_program_comes_out_as_such() -> None:
    def program() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit, match="3"):
        run(program)


def test_no_run_leaves_a_loop_open() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        run(lambda: Shelf("shelf"))
        gc.collect()
    assert [str(w.message) for w in told if issubclass(w.category, ResourceWarning)] == []


def test_runs_do_not_see_each_other() -> None:
    def program() -> None:
        name = pulumi.Config().require("k")
        pulumi.export("stack", pulumi.get_stack())
        aws.s3.Bucket(name)

    def of(stack: str) -> Run:
        return engine.run(program, project="p", stack=stack, respond=echo, config={"p:k": f"of-{stack}"})

    results: dict[str, Run] = {}
    threads = [
        threading.Thread(target=lambda s=stack: results.update({s: of(s)}))
        for stack in ("one", "two", "three")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {s: r.outputs["stack"] for s, r in results.items()} == {s: s for s in ("one", "two", "three")}
    assert {s: [x.name for x in r.registrations] for s, r in results.items()} == {
        s: [f"of-{s}"] for s in ("one", "two", "three")
    }


def test_a_program_may_require_a_version_of_a_cli_that_takes_no_part() -> None:
    assert run(lambda: pulumi.runtime.require_pulumi_version(">=99")).registrations == ()


def test_a_failed_run_does_not_spoil_the_next() -> None:
    program, respond = raising("respond")
    with pytest.raises(Odd):
        run(program, respond=respond)
    assert [r.name for r in run(lambda: aws.s3.Bucket("b")).registrations] == ["b"]


def test_a_program_runs_from_inside_a_running_loop() -> None:
    async def caller() -> Run:
        return run(lambda: aws.s3.Bucket("b"))

    assert [r.name for r in asyncio.run(caller()).registrations] == ["b"]
