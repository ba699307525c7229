"""A program goes in by two runs: the first refuses, the second applies."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from botocore.exceptions import ClientError

from asset_edge.errors import LocalError, Unsupported
from asset_edge.localcloud import deploy, engine
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.deploy import Regions, filled
from asset_edge.localcloud.engine import Registration, Respond, Run, State
from asset_edge.localcloud.rows import Inputs, Row

THING = "test:index:Thing"
NOTE = "test:index:Note"
CLIENTS = Clients("http://127.0.0.1:1")


class Resource(pulumi.CustomResource):
    def __init__(
        self, kind: str, name: str, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        super().__init__(kind, name, {"arn": None, **inputs}, opts)


class FromFunction:
    """A program that is a function."""

    def __init__(self, build: Callable[[], Any]) -> None:
        self._build = build

    def run(self, respond: Respond) -> Run:
        def body() -> None:
            self._build()

        return engine.run(body, project="p", stack="s", respond=respond)


class Recorder:
    """Rows that remember what they were given."""

    def __init__(self, **more: Any) -> None:
        self.created: list[Inputs] = []
        self.rows = {
            THING: Row(create=self._create, auto_name="name", **more),
            NOTE: Row(create=self._create, effect=False),
            "pulumi:providers:aws": Row(create=self._create, effect=False),
        }

    def _create(self, inputs: Inputs, _clients: Clients) -> State:
        self.created.append(inputs)
        return State(f"id-{len(self.created)}", {**inputs, "arn": f"arn:{len(self.created)}"})


def test_a_survey_counts_resources_and_names_what_has_no_effect() -> None:
    def build() -> None:
        parent = pulumi.ComponentResource("test:index:Group", "group")
        Resource(THING, "one", pulumi.ResourceOptions(parent=parent))
        Resource(NOTE, "two")
        Resource(NOTE, "three")

    recorder = Recorder()
    surveyed = deploy.survey(FromFunction(build), recorder.rows)
    assert surveyed.resources == 3, "a component is none"
    assert surveyed.only_declared == {NOTE: 2}
    assert recorder.created == [], "a survey applies nothing"


def test_types_without_a_row_are_all_named_with_their_resources() -> None:
    def build() -> None:
        Resource("test:index:Odd", "one")
        Resource("test:index:Even", "two")
        Resource(THING, "three")

    with pytest.raises(Unsupported) as refused:
        deploy.survey(FromFunction(build), Recorder().rows)
    assert "test:index:Odd (one)" in str(refused.value)
    assert "test:index:Even (two)" in str(refused.value)
    assert "nothing has been applied" in str(refused.value)


def test_inputs_that_are_not_modelled_are_refused_in_the_survey() -> None:
    def check(inputs: Inputs) -> None:
        if inputs.get("odd"):
            raise Unsupported("odd things")

    recorder = Recorder(check=check)
    with pytest.raises(Unsupported, match=r"^test:index:Thing 'one': odd things$"):
        deploy.survey(FromFunction(lambda: Resource(THING, "one", odd=True)), recorder.rows)
    assert recorder.created == []


def test_applying_creates_each_resource_with_real_outputs() -> None:
    def build() -> None:
        first = Resource(THING, "first", size=3)
        Resource(NOTE, "second", of=first.id)

    recorder, told = Recorder(), list[str]()
    deploy.apply(FromFunction(build), recorder.rows, CLIENTS, created=lambda r: told.append(r.name))
    assert told == ["first", "second"]
    assert recorder.created[1]["of"] == "id-1"
    assert type(recorder.created[0]["size"]) is int


def test_a_refusal_of_the_cloud_names_the_resource() -> None:
    def create(_inputs: Inputs, _clients: Clients) -> State:
        raise ClientError({"Error": {"Code": "NoSuchBucket", "Message": "gone"}}, "PutBucketPolicy")

    with pytest.raises(LocalError, match=r"Thing 'one' was refused .*NoSuchBucket.*gone.*not exist here$"):
        deploy.apply(FromFunction(lambda: Resource(THING, "one")), {THING: Row(create=create)}, CLIENTS)


def test_an_input_that_the_resource_lacks_is_named_in_either_run() -> None:
    def need(inputs: Inputs, _clients: Clients | None = None) -> State:
        return State(inputs["size"], {})

    program, words = FromFunction(lambda: Resource(THING, "one")), r"test:index:Thing 'one' has no 'size'"
    rows = {THING: Row(create=need, check=lambda inputs: inputs["size"])}
    with pytest.raises(LocalError, match=words):
        deploy.survey(program, rows)
    with pytest.raises(LocalError, match=words):
        deploy.apply(program, rows, CLIENTS)


def registration(**changes: Any) -> Registration:
    told: dict[str, Any] = {
        "urn": "urn:pulumi:s::p::test:index:Thing::one",
        "type": THING,
        "name": "one",
        "parent": "",
        "custom": True,
        "inputs": {},
        "options": {},
        **changes,
    }
    return Registration(**told)


def test_a_name_is_generated_from_the_urn_where_none_is_given() -> None:
    row, regions = Recorder().rows[THING], Regions("eu-west-1")
    generated = filled(registration(), row, regions)["name"]
    assert generated.startswith("one-")
    assert len(generated) == len("one-") + 7
    assert filled(registration(), row, regions)["name"] == generated
    assert filled(registration(urn="another"), row, regions)["name"] != generated
    assert filled(registration(inputs={"name": "given"}), row, regions)["name"] == "given"


def test_a_generated_name_begins_with_the_prefix_that_was_given() -> None:
    row, regions = Recorder().rows[THING], Regions("eu-west-1")
    without = filled(registration(), row, regions)["name"]
    prefixed = filled(registration(inputs={"namePrefix": "edge_"}), row, regions)["name"]
    assert prefixed == "edge_" + without.removeprefix("one-")
    both = {"name": "given", "namePrefix": "edge_"}
    assert filled(registration(inputs=both), row, regions)["name"] == "given"


PROVIDER = "urn:pulumi:s::p::pulumi:providers:aws::there"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, "eu-west-1", id="the stack's"),
        pytest.param({"inputs": {"region": "us-west-2"}}, "us-west-2", id="its own"),
        pytest.param({"provider": f"{PROVIDER}::id-1"}, "ap-southeast-2", id="its provider's"),
        pytest.param({"provider": "urn:other::id"}, "eu-west-1", id="of a provider without one"),
    ],
)
def test_where_a_resource_goes(changes: dict[str, Any], expected: str) -> None:
    regions = Regions("eu-west-1")
    provider = registration(urn=PROVIDER, type="pulumi:providers:aws")
    regions.note(provider, State("id-1", {"region": "ap-southeast-2"}))
    regions.note(registration(), State("id-2", {"region": "nowhere"}))
    assert filled(registration(**changes), Recorder().rows[THING], regions)["region"] == expected
