"""Who is turned away before a function runs, and what of a request is written down."""

from typing import Any

import pulumi
import pytest

from asset_edge.components.access_logs import RECORD_FIELDS, LogGroupAccessLogs, S3AccessLogs
from asset_edge.components.web_acl import WebAclSpec, rules
from tests.components.distributions import LOG_BUCKET, LOG_GROUP, WEB_ACL, deployed, distribution_of

LOG_TYPES = ("logDeliverySource", "logDeliveryDestination", "logDelivery")


def test_the_firewall_is_of_cloudfronts_scope_and_lets_through_what_no_rule_blocks() -> None:
    run = deployed(web_acl=WebAclSpec())
    acl = run.named("edge-web-acl")
    assert acl.inputs["scope"] == "CLOUDFRONT"
    assert acl.inputs["region"] == "us-east-1"
    assert acl.inputs["defaultAction"] == {"allow": {}}
    assert run.named("edge-distribution").inputs["webAclId"] == f"<{acl.type} edge-web-acl arn>"


def test_the_firewall_keeps_no_samples_for_they_hold_tokens() -> None:
    acl = deployed(web_acl=WebAclSpec()).named("edge-web-acl").inputs
    views = [acl["visibilityConfig"], *(rule["visibilityConfig"] for rule in acl["rules"])]
    assert {view["sampledRequestsEnabled"] for view in views} == {False}
    assert len({view["metricName"] for view in views}) == len(views)


def test_rules_are_the_groups_in_order_and_the_rate_limit_last() -> None:
    spec = WebAclSpec(managed_rule_groups=("GroupB", "GroupA"), rate_limit=500, evaluation_window_seconds=60)
    group_b, group_a, limit = rules(spec)
    assert [rule["priority"] for rule in (group_b, group_a, limit)] == [0, 1, 2]
    assert group_b["statement"] == {"managed_rule_group_statement": {"name": "GroupB", "vendor_name": "AWS"}}
    assert group_a["override_action"] == {"none": {}}
    assert limit["action"] == {"block": {}}
    assert limit["statement"] == {
        "rate_based_statement": {"aggregate_key_type": "IP", "limit": 500, "evaluation_window_sec": 60}
    }


def test_a_watched_firewall_only_counts() -> None:
    told = rules(WebAclSpec(count_only=True))
    assert [rule.get("override_action") or rule["action"] for rule in told] == [{"count": {}}] * 3


def test_the_rate_limit_can_be_left_out() -> None:
    assert [rule["name"] for rule in rules(WebAclSpec(managed_rule_groups=("A",), rate_limit=None))] == ["A"]


@pytest.mark.parametrize("acl", [WEB_ACL, pulumi.Output.from_input(WEB_ACL)], ids=["text", "output"])
def test_an_existing_firewall_is_used_and_none_is_made(acl: Any) -> None:
    run = deployed(web_acl=acl)
    assert run.named("edge-distribution").inputs["webAclId"] == WEB_ACL
    assert run.of("aws:wafv2/webAcl:WebAcl") == []


@pytest.mark.parametrize("secret", ["cs-uri-query", "cs(Cookie)", "cs(Referer)"])
def test_nothing_that_may_hold_a_token_is_logged(secret: str) -> None:
    delivery = deployed(access_logs=S3AccessLogs(bucket_arn=LOG_BUCKET)).named("edge-log-delivery")
    assert secret not in delivery.inputs["recordFields"]
    assert delivery.inputs["recordFields"] == list(RECORD_FIELDS)
    assert len(set(RECORD_FIELDS)) == len(RECORD_FIELDS)


def test_logs_go_into_the_bucket_under_a_prefix_of_ours() -> None:
    logs = S3AccessLogs(
        bucket_arn=pulumi.Output.from_input(LOG_BUCKET),
        prefix="edge/prod",
        suffix_path="{yyyy}/{MM}",
        enable_hive_compatible_path=True,
        output_format="parquet",
        record_fields=("date", "sc-status"),
    )
    run = deployed(access_logs=logs)
    assert run.named("edge-log-destination").inputs == {
        "region": "us-east-1",
        "outputFormat": "parquet",
        "deliveryDestinationConfiguration": {"destinationResourceArn": f"{LOG_BUCKET}/edge/prod"},
    }
    delivery = run.named("edge-log-delivery").inputs
    assert delivery["s3DeliveryConfigurations"] == [
        {"suffixPath": "{yyyy}/{MM}", "enableHiveCompatiblePath": True}
    ]
    assert delivery["recordFields"] == ["date", "sc-status"]


def test_logs_go_into_a_log_group_as_json() -> None:
    run = deployed(access_logs=LogGroupAccessLogs(log_group_arn=LOG_GROUP))
    destination = run.named("edge-log-destination").inputs
    assert destination["outputFormat"] == "json"
    assert destination["deliveryDestinationConfiguration"] == {"destinationResourceArn": LOG_GROUP}
    assert "s3DeliveryConfigurations" not in run.named("edge-log-delivery").inputs


def test_the_delivery_joins_the_distributions_own_source_to_the_destination() -> None:
    run = deployed(access_logs=LogGroupAccessLogs(log_group_arn=LOG_GROUP))
    source = run.named("edge-log-source")
    assert source.inputs["logType"] == "ACCESS_LOGS"
    assert run.named("edge-distribution").urn in source.dependencies
    delivery = run.named("edge-log-delivery")
    assert {source.urn, run.named("edge-log-destination").urn} <= set(delivery.dependencies)


def test_without_a_destination_nothing_is_logged_or_made() -> None:
    made = {r.type for r in deployed().all}
    assert not {t for t in made if any(log_type in t for log_type in LOG_TYPES)}
    assert "loggingConfig" not in distribution_of()
