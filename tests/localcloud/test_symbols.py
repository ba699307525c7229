"""What a planned resource's outputs are called."""

import re
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.localcloud.engine import Registration
from asset_edge.localcloud.symbols import symbolic_state
from tests.engine import deploy

BUCKET = "aws:s3/bucket:Bucket"
CERTIFICATE = "aws:acm/certificate:Certificate"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
IMPORTED = [aws.s3.Bucket, aws.acm.Certificate, aws.cloudfront.Distribution]
"""The classes of those types; a program that makes a resource has imported its class."""


def registered(resource_type: str, name: str = "n", **inputs: Any) -> Registration:
    return Registration(
        urn=f"urn:{name}", type=resource_type, name=name, parent="", custom=True, inputs=inputs, options={}
    )


def outputs(resource_type: str, name: str = "n", **inputs: Any) -> dict[str, Any]:
    return symbolic_state(registered(resource_type, name, **inputs)).outputs


def test_an_output_is_called_by_type_name_and_property() -> None:
    assert outputs(BUCKET, "assets")["arn"] == "<aws:s3/bucket:Bucket assets arn>"
    assert symbolic_state(registered(BUCKET, "assets")).id == "<aws:s3/bucket:Bucket assets id>"


def test_an_input_is_its_own_output() -> None:
    assert outputs(BUCKET, bucket="my-bucket")["bucket"] == "my-bucket"


@pytest.mark.parametrize("secret_or_not", ["plain", {"a": ["b"]}, 3.0, True])
@given(st.sampled_from(["bucket", "arn", "tags", "madeUp"]))
def test_whatever_an_input_is_it_is_kept(secret_or_not: Any, key: str) -> None:
    assert outputs(BUCKET, **{key: secret_or_not})[key] == secret_or_not


def test_lists_of_objects_have_one_readable_element() -> None:
    option = outputs(CERTIFICATE, "c")["domainValidationOptions"][0]
    assert option["resourceRecordName"] == f"<{CERTIFICATE} c domainValidationOptions[0].resourceRecordName>"


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value
    return [text for item in items for text in texts(item)]


@pytest.mark.parametrize("resource_type", [BUCKET, CERTIFICATE, DISTRIBUTION])
def test_every_symbol_of_a_resource_is_different_and_names_it(resource_type: str) -> None:
    symbols = texts(outputs(resource_type, "the-name"))
    assert len(symbols) > 5
    assert len(set(symbols)) == len(symbols)
    assert [s for s in symbols if not re.fullmatch(rf"<{resource_type} the-name \S+>", s)] == []


def test_numbers_and_booleans_stay_unset() -> None:
    assert "forceDestroy" not in outputs(BUCKET)


def test_a_type_no_class_is_known_of_has_its_inputs_and_an_id() -> None:
    state = symbolic_state(registered("other:index:Thing", "t", size=3.0))
    assert (state.id, state.outputs) == ("<other:index:Thing t id>", {"size": 3.0})


def test_a_resource_made_by_token_alone_is_planned_too() -> None:
    class Thing(pulumi.CustomResource):
        def __init__(self) -> None:
            super().__init__("other:index:Thing", "t", {"size": 3})

    assert deploy(Thing).named("t").inputs == {"size": 3}
