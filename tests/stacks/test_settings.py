"""A stack file is held to what can be true, before anything is registered."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from asset_edge.errors import SettingsError
from stacks.settings import Settings, parse

ROOT = Path(__file__).parents[2]
DECLARED = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]


def text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def values(**changed: Any) -> dict[str, str]:
    """What the CLI passes for a good stack file with some keys changed; `None` leaves a key out."""
    good = {key: declaration["default"] for key, declaration in DECLARED.items() if "default" in declaration}
    good |= {"accountId": "111122223333", "zoneName": "example.com", "zoneId": "Z0123456789ABCDEFGHIJ"}
    told = {f"asset-edge:{key}": text(value) for key, value in (good | changed).items() if value is not None}
    return {"aws:allowedAccountIds": '["111122223333"]', "other:key": "ignored"} | told


def refused(changed: dict[str, Any], **more: Any) -> str:
    with pytest.raises(SettingsError) as refusal:
        parse({**values(**changed), **more.pop("over", {})}, "asset-edge", "prod", **more)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("changed", "key", "value", "allowed"),
    [
        ({"wieghts": "1"}, "asset-edge:wieghts", "'1'", "no such key; allowed are accountId, affinity"),
        ({"primaryWeight": 300}, "asset-edge:primaryWeight", "'300'", "less than or equal to 255"),
        ({"primaryWeight": -1}, "asset-edge:primaryWeight", "'-1'", "greater than or equal to 0"),
        ({"primaryWeight": "half"}, "asset-edge:primaryWeight", "'half'", "valid integer"),
        (
            {"replicaRegion": "eu-west-1"},
            "asset-edge:replicaRegion",
            "'eu-west-1'",
            "differ from primaryRegion",
        ),
        ({"primaryRegion": "Ireland"}, "asset-edge:primaryRegion", "'Ireland'", "as AWS does, eu-west-1"),
        ({"primaryRegion": "cn-north-1"}, "asset-edge:primaryRegion", "'cn-north-1'", "without Lambda@Edge"),
        ({"originTtlSeconds": 600}, "asset-edge:originTtlSeconds", "'600'", "less than or equal to 60"),
        ({"primaryWeight": 0, "replicaWeight": 0}, "asset-edge:primaryWeight", "0", "may not both be 0"),
        ({"zoneName": None}, "asset-edge:zoneName", "None", "it must be set"),
        ({"zoneId": ""}, "asset-edge:zoneId", "''", "must name the hosted zone"),
        ({"zoneId": "/hostedzone/Z1"}, "asset-edge:zoneId", "'/hostedzone/Z1'", "hosted zone's id"),
        ({"accountId": "42"}, "asset-edge:accountId", "'42'", "12 digits"),
        (
            {"accountId": "999999999999"},
            "aws:allowedAccountIds",
            "['111122223333']",
            "must list accountId 9999",
        ),
        ({"aliases": ["a.example.org"]}, "asset-edge:aliases", "('a.example.org',)", "must lie in zoneName"),
        ({"aliases": ["a.example.com"] * 2}, "asset-edge:aliases", "a.example.com", "is listed twice"),
        ({"aliases": ["assets-origin.example.com"]}, "asset-edge:aliases", "assets-origin", "be originHost"),
        ({"aliases": ["x.assets-origin.example.com"]}, "asset-edge:aliases", "x.assets", "lie below it"),
        ({"aliases": [f"a{i}.example.com" for i in range(101)]}, "asset-edge:aliases", "a100", "at most 100"),
        ({"aliases": "assets.example.com"}, "asset-edge:aliases", "assets.example.com", "valid tuple"),
        ({"strategy": "latency"}, "asset-edge:strategy", "'latency'", "'rendezvous' or 'dns'"),
        (
            {"defaultTtlSeconds": 9, "maxTtlSeconds": 8},
            "asset-edge:defaultTtlSeconds",
            "9",
            "above maxTtlSeconds",
        ),
        ({"geoRestriction": "whitelist"}, "asset-edge:geoCountries", "()", "list countries exactly when"),
        ({"geoCountries": ["DE"]}, "asset-edge:geoCountries", "('DE',)", "list countries exactly when"),
        (
            {"geoRestriction": "whitelist", "geoCountries": ["UK"]},
            "asset-edge:geoCountries[0]",
            "'UK'",
            "DE or GB",
        ),
        ({"wafRateLimit": 5}, "asset-edge:wafRateLimit", "5", "0 for none, or 10 to"),
        ({"probeIntervalSeconds": 20}, "asset-edge:probeIntervalSeconds", "20", "10 or 30"),
        (
            {"probeFailureThreshold": 11},
            "asset-edge:probeFailureThreshold",
            "'11'",
            "less than or equal to 10",
        ),
        ({"logRegions": []}, "asset-edge:logRegions", "()", "at least one region"),
        ({"minimumTlsVersion": "TLSv1"}, "asset-edge:minimumTlsVersion", "'TLSv1'", "'TLSv1.2_2021'"),
        ({"originHost": "a.b"}, "asset-edge:originHost", "'a.b'", "one DNS label"),
        (
            {"requestAffinityPaths": ["/a/*"], "viewerRequestPaths": ["/a/*"]},
            "asset-edge:viewerRequestPaths",
            "('/a/*',)",
            "may not share a pattern",
        ),
        ({"viewerRequestPaths": ["/*"]}, "asset-edge:viewerRequestPaths[0]", "'/*'", "the default's"),
        (
            {"viewerRequestPaths": [f"/{i}/*" for i in range(75)]},
            "asset-edge:viewerRequestPaths",
            "'/74/*'",
            "at most 74",
        ),
        ({"requestAffinityPaths": ["demo"]}, "asset-edge:requestAffinityPaths[0]", "'demo'", "path pattern"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_an_impossible_value_names_file_key_value_and_what_is_allowed(
    changed: dict[str, Any], key: str, value: str, allowed: str
) -> None:
    message = refused(changed)
    assert message.startswith("Pulumi.prod.yaml")
    line = next(line for line in message.splitlines() if line.strip().startswith(f"{key} is "))
    assert value in line
    assert allowed in line


def test_every_bad_key_is_named_at_once() -> None:
    message = refused({"primaryWeight": 300, "originTtlSeconds": 600, "nonsense": "x"})
    assert all(key in message for key in ("primaryWeight", "originTtlSeconds", "nonsense"))


def test_an_environment_that_makes_its_zone_takes_no_zone_id() -> None:
    assert "leave zoneId out" in refused({}, makes_its_zone=True)
    assert parse(values(zoneId=""), "asset-edge", "local", makes_its_zone=True).zone_id == ""


@pytest.mark.parametrize("path", ["short", "has/slash/in/the/middle", ""])
def test_a_url_probe_without_a_guess_proof_path_is_refused_and_the_path_is_not_shown(path: str) -> None:
    message = refused({"probe": "url", "probePath": path})
    assert "asset-edge:probePath" in message
    assert not path or path not in message


def test_the_accounts_a_stack_may_be_deployed_to_must_be_named() -> None:
    assert "aws:allowedAccountIds is []" in refused({}, over={"aws:allowedAccountIds": "[]"})


def test_texts_become_typed_values() -> None:
    settings = parse(
        values(primaryWeight=200, aliases=["a.example.com", "example.com"]), "asset-edge", "prod"
    )
    assert settings.primary_weight == 200
    assert settings.aliases == ("a.example.com", "example.com")
    assert settings.probe == "scheduled"


def test_a_secret_under_a_misspelt_key_is_not_shown() -> None:
    message = refused({}, over={"asset-edge:probePth": SecretStr("a-path-nobody-can-ever-guess")})
    assert "asset-edge:probePth" in message
    assert "nobody" not in message


def test_any_key_may_be_a_secret_and_then_its_value_is_not_shown() -> None:
    secret = {"asset-edge:zoneId": SecretStr("Z0SECRET")}
    assert parse({**values(), **secret}, "asset-edge", "prod").zone_id == "Z0SECRET"
    message = refused({}, over={"asset-edge:zoneId": SecretStr("not a zone")})
    assert "asset-edge:zoneId" in message
    assert "not a zone" not in message


def test_a_secret_is_not_in_the_settings_printed_form() -> None:
    settings = parse(values(probe="url", probePath="a-path-nobody-can-ever-guess"), "asset-edge", "prod")
    assert "nobody" not in repr(settings)


def test_every_key_is_declared_with_type_and_description() -> None:
    fields = {field.alias for field in Settings.model_fields.values()}
    assert set(DECLARED) == fields
    for key, declaration in DECLARED.items():
        assert declaration["type"] in ("string", "integer", "boolean", "array", "object"), key
        assert len(declaration["description"]) > 20, key
        assert ("items" in declaration) == (declaration["type"] == "array"), key


def test_no_declared_secret_has_a_default() -> None:
    both = [key for key, told in DECLARED.items() if told.get("secret") and "default" in told]
    assert both == [], "the CLI refuses a default of a secret, because it is not encrypted"


def of_stack(stack: str) -> Settings:
    """The settings of one of the project's own stack files."""
    told = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    defaults = {f"asset-edge:{k}": text(d["default"]) for k, d in DECLARED.items() if "default" in d}
    given = defaults | {key: text(value) for key, value in told.items()}
    return parse(given, "asset-edge", stack, makes_its_zone=stack == "local")


@pytest.mark.parametrize("stack", ["dev", "prod", "local"])
def test_each_stack_file_of_the_project_holds(stack: str) -> None:
    settings = of_stack(stack)
    assert settings.primary_region != settings.replica_region
