"""Every type but S3's and CloudFront's from its making to its end: made, looked at, changed, taken away.

Whoever looks gives only the inputs that name a resource, and those that the API tells nobody: all else that
is found must have been kept by the cloud.
"""

from typing import Any

import pytest

from asset_edge.errors import Unsupported
from asset_edge.localcloud.rows_declared import ROWS as DECLARED
from asset_edge.localcloud.table import ROWS
from tests.localcloud.conftest import Cloud
from tests.localcloud.lives import REGION
from tests.localcloud.lives_table import LIVES
from tests.schema import schema
from tests.stacks.test_plans import planned


@pytest.mark.parametrize("kind", sorted(LIVES))
def test_a_resource_is_made_changed_and_taken_away(cloud: Cloud, kind: str) -> None:
    row, life = ROWS[f"aws:{kind}"], LIVES[kind]
    whose = {"region": life.region, **life.around(cloud)}
    assert row.read
    assert row.delete

    def looked_at(inputs: dict[str, Any]) -> dict[str, Any]:
        assert row.read
        naming = {n: v for n, v in inputs.items() if n in {"region", *row.replace_on, *life.untold}}
        found = row.read(made.id or "", naming, cloud.clients)
        assert found
        assert found.id == made.id
        return found.outputs

    declared = {**whose, **life.declared}
    row.check(declared)
    made = row.create(declared, cloud.clients)
    assert made.id
    assert of(made.outputs, declared) == of(declared, kind), "what was made is as declared"
    assert of(looked_at(declared), declared) == of(declared, kind)
    if life.changed is not None:
        changed = {**whose, **life.changed}
        assert row.update
        assert row.update(made.id, changed, cloud.clients).id == made.id
        found = looked_at(changed)
        assert of(found, changed) == of(changed, kind)
        gone = declared.keys() - changed.keys() - DEFAULTED
        assert not gone & found.keys(), "what is no longer declared is no longer there"
    for _ in range(2):
        row.delete(made.id, declared, cloud.clients)
    if not life.stays:
        assert row.read(made.id, declared, cloud.clients) is None


DEFAULTED = {
    *("disabled", "invertHealthcheck"),
    *("ephemeralStorage", "maxSessionDuration", "state", "tracingConfig", "treatMissingData"),
}
"""What a resource has whether it is declared or not."""


def of(outputs: dict[str, Any], declared: object) -> dict[str, Any]:
    """The outputs that were declared; IAM and Route 53 know no region."""
    names = declared if isinstance(declared, dict) else outputs
    return {name: value for name, value in outputs.items() if name in names and name != "region"}


def of_the_stacks() -> set[str]:
    return {r["type"] for s in ("dev", "prod", "local") for r in planned(s)["resources"]} & ROWS.keys()


def is_anothers(resource_type: str) -> bool:
    return resource_type.startswith(("aws:s3/", "aws:cloudfront/", "pulumi:"))


def test_every_type_of_the_three_stacks_has_a_whole_life_or_is_listed_as_declared() -> None:
    types = of_the_stacks() | {"aws:lambda/functionUrl:FunctionUrl"}
    assert len(types) > 30
    for name in types - DECLARED.keys():
        row = ROWS[name]
        assert row.read, name
        assert row.delete, name
        assert row.update or row.replace_on >= schema()["resources"][name]["inputProperties"].keys(), name
    assert {name for name in types if not is_anothers(name)} <= {f"aws:{kind}" for kind in LIVES}


def test_every_life_is_of_a_row_that_is_not_only_declared() -> None:
    whole = {name for name in ROWS.keys() - DECLARED.keys() if not is_anothers(name)}
    assert whole == {f"aws:{kind}" for kind in LIVES}


@pytest.mark.parametrize("kind", sorted(LIVES))
def test_what_replaces_a_resource_is_an_input_of_it(kind: str) -> None:
    row, inputs = ROWS[f"aws:{kind}"], schema()["resources"][f"aws:{kind}"]["inputProperties"].keys()
    assert row.replace_on <= inputs
    assert ("region" in row.replace_on) == ("region" in inputs), "a resource is not moved"
    assert row.auto_name is None or row.auto_name in row.replace_on


@pytest.mark.parametrize("kind", sorted(LIVES))
def test_no_row_invents_an_output(cloud: Cloud, kind: str) -> None:
    known = schema()["resources"][f"aws:{kind}"]
    life = LIVES[kind]
    inputs = {"region": life.region, **life.around(cloud), **life.declared}
    made = ROWS[f"aws:{kind}"].create(inputs, cloud.clients)
    allowed = {"region", *known["inputProperties"], *(known["outputOnlyProperties"] or ())}
    assert made.outputs.keys() <= allowed


@pytest.mark.parametrize(
    ("kind", "inputs", "named"),
    [
        ("iam/role:Role", {"inlinePolicies": [{"name": "p"}]}, "inlinePolicies.*RolePolicy"),
        ("iam/role:Role", {"managedPolicyArns": ["arn"]}, "managedPolicyArns"),
        ("cloudwatch/eventRule:EventRule", {"scheduleExpression": "cron(0 8 * * ? *)"}, "cron"),
        ("cloudwatch/eventTarget:EventTarget", {"ecsTarget": {"taskDefinitionArn": "a"}}, "ecsTarget"),
        ("cloudwatch/logGroup:LogGroup", {"deletionProtectionEnabled": True}, "deletionProtectionEnabled"),
        ("cloudwatch/metricAlarm:MetricAlarm", {"evaluationCriteria": {"a": 1}}, "evaluationCriteria"),
        ("acm/certificate:Certificate", {"certificateBody": "b", "privateKey": "k"}, "privateKey"),
        ("dynamodb/table:Table", {"globalSecondaryIndexes": [{"name": "i"}]}, "globalSecondaryIndexes"),
        ("lambda/function:Function", {"layers": ["arn"], "vpcConfig": {"a": 1}}, "layers, vpcConfig"),
        ("route53/zone:Zone", {"delegationSetId": "d"}, "delegationSetId"),
        ("wafv2/webAcl:WebAcl", {"monetizationConfig": {"a": 1}}, "monetizationConfig"),
    ],
)
def test_what_is_not_modelled_is_refused_by_its_name(kind: str, inputs: Any, named: str) -> None:
    check = ROWS[f"aws:{kind}"].check
    check({"region": REGION, **dict.fromkeys(inputs)})
    with pytest.raises(Unsupported, match=named):
        check({"region": REGION, **inputs})


def test_a_rule_that_is_off_may_have_any_schedule() -> None:
    check = ROWS["aws:cloudwatch/eventRule:EventRule"].check
    check({"name": "n", "scheduleExpression": "cron(0 8 * * ? *)", "state": "DISABLED"})
    check({"name": "n", "scheduleExpression": "cron(0 8 * * ? *)", "isEnabled": False})
