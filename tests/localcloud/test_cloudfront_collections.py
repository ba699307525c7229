"""Policies, access controls, keys and groups: one table of what is true of every kind."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from asset_edge.localcloud import cloudfront_kinds as kinds
from asset_edge.localcloud.cloudfront_collections import Collection, Kind
from tests.localcloud.conftest import Cloud
from tests.localcloud.distributions import BEHAVIOR, INPUTS, create


def pem(curve: ec.EllipticCurve | None = None) -> str:
    public = ec.generate_private_key(curve or ec.SECP256R1()).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


CORS = {
    "AccessControlAllowOrigins": {"Quantity": 1, "Items": ["*"]},
    "AccessControlAllowHeaders": {"Quantity": 1, "Items": ["*"]},
    "AccessControlAllowMethods": {"Quantity": 1, "Items": ["GET"]},
    "AccessControlAllowCredentials": False,
    "OriginOverride": True,
}


@dataclass(frozen=True)
class Case:
    kind: Kind
    method: str
    """As boto3 names the operations."""

    config: dict[str, Any]
    changed: dict[str, Any] = field(default_factory=lambda: {"Comment": "changed"})
    plural: str = ""

    def call(self, cloud: Cloud, verb: str, **sent: Any) -> Any:
        return getattr(cloud.client("cloudfront"), f"{verb}_{self.method}")(**sent)

    def create(self, cloud: Cloud, **changes: Any) -> Any:
        return self.call(cloud, "create", **{self.kind.config: self.config | changes})

    def listed(self, cloud: Cloud, **asked: Any) -> Any:
        call = getattr(cloud.client("cloudfront"), f"list_{self.plural or self.method + 's'}")
        return call(**asked)[f"{self.kind.shape}List"]


CASES = [
    Case(
        kinds.CACHE_POLICY,
        "cache_policy",
        {"Name": "mine", "MinTTL": 0, "DefaultTTL": 1, "MaxTTL": 2},
        plural="cache_policies",
    ),
    Case(
        kinds.ORIGIN_REQUEST_POLICY,
        "origin_request_policy",
        {
            "Name": "mine",
            "HeadersConfig": {"HeaderBehavior": "allViewer"},
            "CookiesConfig": {"CookieBehavior": "none"},
            "QueryStringsConfig": {
                "QueryStringBehavior": "whitelist",
                "QueryStrings": {"Quantity": 1, "Items": ["w"]},
            },
        },
        plural="origin_request_policies",
    ),
    Case(
        kinds.RESPONSE_HEADERS_POLICY,
        "response_headers_policy",
        {"Name": "mine", "CorsConfig": CORS},
        plural="response_headers_policies",
    ),
    Case(
        kinds.ORIGIN_ACCESS_CONTROL,
        "origin_access_control",
        {
            "Name": "mine",
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        },
        {"SigningBehavior": "never"},
    ),
    Case(kinds.PUBLIC_KEY, "public_key", {"CallerReference": "r", "Name": "mine", "EncodedKey": pem()}),
]
POLICIES = CASES[:3]
every_kind = pytest.mark.parametrize("case", CASES, ids=lambda case: case.method)
every_policy = pytest.mark.parametrize("case", POLICIES, ids=lambda case: case.method)


@every_kind
def test_what_is_created_comes_back_whole(cloud: Cloud, case: Case) -> None:
    made = case.create(cloud)
    whole = made[case.kind.shape]
    assert whole[case.kind.config] == case.config
    assert made["Location"].endswith(f"{case.kind.address}/{whole['Id']}")
    got = case.call(cloud, "get", Id=whole["Id"])
    assert (got[case.kind.shape], got["ETag"]) == (whole, made["ETag"])
    client = cloud.client("cloudfront")
    bare = getattr(client, f"get_{case.method}_config")(Id=whole["Id"])
    assert (bare[case.kind.config], bare["ETag"]) == (case.config, made["ETag"])


@every_kind
def test_an_update_needs_the_etag_and_gives_another(cloud: Cloud, case: Case) -> None:
    made = case.create(cloud)
    sent = {"Id": made[case.kind.shape]["Id"], case.kind.config: case.config | case.changed}
    with pytest.raises(ClientError, match="PreconditionFailed"):
        case.call(cloud, "update", **sent, IfMatch="EOLD")
    with pytest.raises(ClientError, match="InvalidIfMatchVersion"):
        case.call(cloud, "update", **sent)
    changed = case.call(cloud, "update", **sent, IfMatch=made["ETag"])
    assert changed[case.kind.shape][case.kind.config] == case.config | case.changed
    assert changed["ETag"] != made["ETag"]


@every_kind
def test_what_is_deleted_is_gone(cloud: Cloud, case: Case) -> None:
    made = case.create(cloud)
    made_id = made[case.kind.shape]["Id"]
    with pytest.raises(ClientError, match="PreconditionFailed"):
        case.call(cloud, "delete", Id=made_id, IfMatch="EOLD")
    case.call(cloud, "delete", Id=made_id, IfMatch=made["ETag"])
    for verb in ("get", "delete"):
        with pytest.raises(ClientError, match=case.kind.no_such):
            case.call(cloud, verb, Id=made_id)
    assert case.create(cloud)[case.kind.shape]["Id"] == made_id, "the same program gets the same ids"


@every_kind
def test_a_name_is_taken_once(cloud: Cloud, case: Case) -> None:
    case.create(cloud)
    other = {"CallerReference": "other"} if "CallerReference" in case.config else {}
    with pytest.raises(ClientError, match=case.kind.already_exists):
        case.create(cloud, **other)


@every_policy
def test_an_update_to_anothers_name_is_refused(cloud: Cloud, case: Case) -> None:
    case.create(cloud, Name="taken")
    made = case.create(cloud)
    with pytest.raises(ClientError, match=case.kind.already_exists):
        case.call(
            cloud,
            "update",
            **{case.kind.config: case.config | {"Name": "taken"}},
            Id=made[case.kind.shape]["Id"],
            IfMatch=made["ETag"],
        )


@every_kind
def test_an_account_holds_so_many(cloud: Cloud, case: Case) -> None:
    for number in range(case.kind.most):
        reference = {"CallerReference": f"r{number}"} if "CallerReference" in case.config else {}
        case.create(cloud, Name=f"n{number}", **reference)
    with pytest.raises(ClientError, match=case.kind.too_many):
        case.create(cloud)


@every_kind
def test_a_list_names_what_there_is(cloud: Cloud, case: Case) -> None:
    made = case.create(cloud)[case.kind.shape]
    custom = {"Type": "custom"} if case in POLICIES else {}
    (item,) = case.listed(cloud, **custom)["Items"]
    whole = item.get(case.kind.shape, item)
    assert whole["Id"] == made["Id"]
    assert whole.get(case.kind.config, whole)["Name"] == "mine"


@every_policy
def test_awss_own_policies_are_there_and_cannot_be_changed(cloud: Cloud, case: Case) -> None:
    listed = case.listed(cloud, Type="managed")
    assert listed["Quantity"] == len(case.kind.managed) > 0
    assert {item["Type"] for item in listed["Items"]} == {"managed"}
    policy_id = listed["Items"][0][case.kind.shape]["Id"]
    got = case.call(cloud, "get", Id=policy_id)
    config = got[case.kind.shape][case.kind.config]
    assert config["Name"].startswith("Managed-")
    with pytest.raises(ClientError, match="IllegalDelete"):
        case.call(cloud, "delete", Id=policy_id, IfMatch=got["ETag"])
    with pytest.raises(ClientError, match="IllegalUpdate"):
        case.call(cloud, "update", Id=policy_id, IfMatch=got["ETag"], **{case.kind.config: config})


@every_policy
def test_both_types_are_listed_where_none_is_asked_for(cloud: Cloud, case: Case) -> None:
    case.create(cloud)
    types = [item["Type"] for item in case.listed(cloud)["Items"]]
    assert types == ["managed"] * len(case.kind.managed) + ["custom"]


@every_policy
def test_a_policy_in_use_is_not_deleted(cloud: Cloud, case: Case) -> None:
    made = case.create(cloud)
    made_id = made[case.kind.shape]["Id"]
    field_name = f"{case.kind.shape[0].lower()}{case.kind.shape[1:]}Id"
    user = create(cloud, defaultCacheBehavior={**BEHAVIOR, field_name: made_id}).id
    with pytest.raises(ClientError, match=f"{case.kind.in_use}.*{user}"):
        case.call(cloud, "delete", Id=made_id, IfMatch=made["ETag"])


def test_an_access_control_in_use_is_not_deleted(cloud: Cloud) -> None:
    made = CASES[3].create(cloud)
    control = made["OriginAccessControl"]["Id"]
    create(cloud, origins=[{**INPUTS["origins"][0], "originAccessControlId": control}, INPUTS["origins"][1]])
    with pytest.raises(ClientError, match="OriginAccessControlInUse"):
        CASES[3].call(cloud, "delete", Id=control, IfMatch=made["ETag"])


def key(cloud: Cloud, name: str = "a-key") -> Any:
    made = CASES[4].create(cloud, Name=name, CallerReference=name)
    return made["PublicKey"]["Id"], made["ETag"]


def test_a_group_of_keys_is_kept_and_holds_its_keys(cloud: Cloud) -> None:
    client, (key_id, key_etag) = cloud.client("cloudfront"), key(cloud)
    config = {"Name": "group", "Items": [key_id], "Comment": "c"}
    made = client.create_key_group(KeyGroupConfig=config)
    group_id = made["KeyGroup"]["Id"]
    assert client.get_key_group(Id=group_id)["KeyGroup"]["KeyGroupConfig"] == config
    assert client.get_key_group_config(Id=group_id)["KeyGroupConfig"] == config
    listed = client.list_key_groups()["KeyGroupList"]["Items"]
    assert [item["KeyGroup"]["Id"] for item in listed] == [group_id]
    with pytest.raises(ClientError, match=f"PublicKeyInUse.*{group_id}"):
        client.delete_public_key(Id=key_id, IfMatch=key_etag)
    other = key(cloud, "other")[0]
    changed = client.update_key_group(
        Id=group_id, IfMatch=made["ETag"], KeyGroupConfig=config | {"Items": [other]}
    )
    client.delete_public_key(Id=key_id, IfMatch=key_etag)
    client.delete_key_group(Id=group_id, IfMatch=changed["ETag"])
    with pytest.raises(ClientError, match="NoSuchResource"):
        client.get_key_group(Id=group_id)


@pytest.mark.parametrize(
    ("items", "code"),
    [
        pytest.param(["K0"], "InvalidArgument.*K0", id="a key that is not there"),
        pytest.param([], "InvalidArgument", id="no key"),
        pytest.param(["K0"] * 6, "InvalidArgument|TooManyPublicKeysInKeyGroup", id="too many"),
    ],
)
def test_a_group_that_cannot_be_is_refused(cloud: Cloud, items: list[str], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        cloud.client("cloudfront").create_key_group(KeyGroupConfig={"Name": "g", "Items": items})


def test_a_group_has_five_keys_at_most(cloud: Cloud) -> None:
    keys = [key(cloud, f"k{number}")[0] for number in range(6)]
    client = cloud.client("cloudfront")
    client.create_key_group(KeyGroupConfig={"Name": "five", "Items": keys[:5]})
    with pytest.raises(ClientError, match="TooManyPublicKeysInKeyGroup"):
        client.create_key_group(KeyGroupConfig={"Name": "six", "Items": keys})


@pytest.mark.parametrize(
    "encoded",
    ["no key", pem(ec.SECP384R1()), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"],
    ids=["text", "another curve", "no key in it"],
)
def test_a_key_that_signs_nothing_here_is_refused_and_not_repeated(cloud: Cloud, encoded: str) -> None:
    with pytest.raises(ClientError, match="InvalidArgument") as refused:
        CASES[4].create(cloud, EncodedKey=encoded)
    assert encoded not in str(refused.value)


@pytest.mark.parametrize("changed", [{"Name": "other"}, {"EncodedKey": pem()}], ids=lambda c: next(iter(c)))
def test_a_key_never_changes_but_for_its_comment(cloud: Cloud, changed: dict[str, str]) -> None:
    key_id, etag = key(cloud, "mine")
    kept = {"CallerReference": "mine"}
    with pytest.raises(ClientError, match="CannotChangeImmutablePublicKeyFields"):
        cloud.client("cloudfront").update_public_key(
            Id=key_id, IfMatch=etag, PublicKeyConfig=CASES[4].config | kept | changed
        )


def test_a_quantity_that_counts_wrong_is_refused(cloud: Cloud) -> None:
    wrong = CORS | {"AccessControlAllowMethods": {"Quantity": 2, "Items": ["GET"]}}
    with pytest.raises(ClientError, match=r"InconsistentQuantities.*make it 1"):
        CASES[2].create(cloud, CorsConfig=wrong)


@every_policy
def test_an_update_is_held_to_the_same_rules(cloud: Cloud, case: Case) -> None:
    made = case.create(cloud)
    made_id = made[case.kind.shape]["Id"]
    with pytest.raises(ClientError, match="InvalidArgument"):
        case.call(
            cloud,
            "update",
            Id=made_id,
            IfMatch=made["ETag"],
            **{case.kind.config: case.config | {"Comment": "c" * 129}},
        )
    assert case.call(cloud, "get", Id=made_id)["ETag"] == made["ETag"]


@pytest.mark.parametrize(
    ("case", "moves"), [(CASES[0], True), (CASES[4], False)], ids=["LastModifiedTime", "CreatedTime"]
)
def test_only_a_time_of_change_moves_with_a_change(case: Case, moves: bool) -> None:
    ticks = iter(datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 9))
    operations = Collection(case.kind, user=lambda _id: None, now=lambda: next(ticks)).operations()
    shape, config = case.kind.shape, case.kind.config
    made = operations[f"Create{shape}"]({config: case.config})
    sent = {"Id": made[shape]["Id"], "IfMatch": made["ETag"], config: case.config | case.changed}
    changed = operations[f"Update{shape}"](sent)
    time = str(case.kind.time)
    assert (changed[shape][time] > made[shape][time]) is moves
