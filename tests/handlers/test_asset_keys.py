"""Asset keys: what Contentful's clients make opens, for its space and no longer than its policy."""

import base64
import json
from dataclasses import replace
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge import asset_keys, config
from tests.handlers import keys
from tests.handlers.keys import HOST, LEEWAY, NOW, URL, AssetKey, asset_key, policy_of, reason, verified

KEY = asset_key()
DAY = 86400
TWO_DAYS = 48 * 3600


def test_what_a_client_makes_opens_its_url_as_long_as_the_policy() -> None:
    grant = verified(KEY.token(), KEY.policy)
    assert (grant.expires_at, grant.path_prefix) == (NOW + DAY, None)


def test_an_earlier_end_of_the_token_counts() -> None:
    assert verified(KEY.token({"exp": NOW + 60}), KEY.policy).expires_at == NOW + 60


def test_a_later_end_of_the_token_does_not() -> None:
    assert verified(KEY.token({"exp": NOW + 10 * DAY}), KEY.policy).expires_at == NOW + DAY


def test_a_folder_and_other_claims_hold_as_in_any_token() -> None:
    claims = {"sub": "/space/asset/*", "countries": ["CA"], "library": "kids"}
    grant = verified(KEY.token(claims), KEY.policy)
    assert (grant.path_prefix, grant.countries, grant.library) == ("/space/asset/", ("CA",), "kids")


def test_the_previous_master_key_opens_on() -> None:
    old = asset_key(master_secret=keys.OLD_MASTER_SECRET, kid="1:1")
    assert reason(old.token(), old.policy) is None


def test_the_keys_are_derived_as_is_written() -> None:
    """Computed apart from this code: `printf 'asset-edge policy v1' | openssl dgst -sha256 -hmac SECRET`."""
    derived = asset_keys.derived("made-up-master-secret-0123456789")
    assert base64.urlsafe_b64decode(derived.policy_jwk["k"] + "=").hex() == POLICY_KEY
    assert derived.secret_key.hex() == SECRET_KEY
    assert derived.secret_of("a.b.c") == SECRET


POLICY_KEY = "e6c9e765cd1dc2100d0256c7dab672632b1ed8cce86d9aaae4b6452a85792b40"
SECRET_KEY = "6ef9601530b68d4403a86cbeed6783998cc1730c2c85f5db4804b805e3cac762"
SECRET = "bL1lOdhEyyE1UHUiNI54iSx3TLbwQO0wiVbSLlyNPbA"

POLICIES: dict[str, tuple[Any, str | None]] = {
    "48 hours ahead": ({"exp": NOW + TWO_DAYS}, None),
    "48 hours and the leeway ahead": ({"exp": NOW + TWO_DAYS + LEEWAY}, None),
    "a second more": ({"exp": NOW + TWO_DAYS + LEEWAY + 1}, "policy life"),
    "a year ahead": ({"exp": NOW + 365 * DAY}, "policy life"),
    "the last second": ({"exp": NOW - LEEWAY + 1}, None),
    "expired": ({"exp": NOW - LEEWAY}, "expired"),
    "no exp": ({"exp": None}, "no expiry"),
    "exp as text": ({"exp": str(NOW + 60)}, "time"),
    "begins later": ({"nbf": NOW + LEEWAY + 1}, "not yet"),
    "another space": ({"sub": "other"}, "space"),
    "the space's beginning": ({"sub": "spac"}, "space"),
    "more than the space": ({"sub": "space/asset"}, "policy"),
    "the space in capitals": ({"sub": "SPACE"}, "space"),
    "any space": ({"sub": "*"}, "policy"),
    "an empty space": ({"sub": ""}, "policy"),
    "dots for a space": ({"sub": ".."}, "policy"),
    "no space": ({"sub": None}, "policy"),
    "a space with a line end": ({"sub": "space\n"}, "policy"),
    "spaces in a list": ({"sub": ["space"]}, "policy"),
    "for others": ({"aud": "asset-edge"}, "policy"),
    "for us in a list": ({"aud": ["adn"]}, "policy"),
    "for nobody": ({"aud": None}, "policy"),
    "no jti": ({"jti": None}, "policy"),
    "jti as a number": ({"jti": 7}, "policy"),
    "not for unpublished assets": ({"ctf:unpub": False}, "policy"),
    "for unpublished assets, as a number": ({"ctf:unpub": 1}, "policy"),
    "silent on unpublished assets": ({"ctf:unpub": None}, "policy"),
    "with claims of no meaning": ({"iss": "anyone"}, None),
}


@pytest.mark.parametrize(("claims", "why"), POLICIES.values(), ids=POLICIES)
def test_a_policy_must_be_one(claims: Any, why: str | None) -> None:
    key = asset_key(claims)
    assert reason(key.token(), key.policy) == why


TOKENS: dict[str, tuple[Any, str | None]] = {
    "expired": ({"exp": NOW - LEEWAY}, "expired"),
    "the last second": ({"exp": NOW - LEEWAY + 1}, None),
    "exp as text": ({"exp": str(NOW + 60)}, "time"),
    "exp as a float": ({"exp": NOW + 60.5}, "time"),
    "exp true": ({"exp": True}, "time"),
    "exp null": ({"exp": None}, "time"),
    "not yet": ({"nbf": NOW + LEEWAY + 1}, "not yet"),
    "a neighbour": ({"sub": f"https://{HOST}/space/asset/random/dog.jpg"}, "place"),
    "another space": ({"sub": f"https://{HOST}/other/asset/random/cat.jpg"}, "place"),
    "another host": ({"sub": URL.replace(HOST, "evil.example")}, "place"),
    "host in capitals": ({"sub": URL.replace(HOST, HOST.upper())}, None),
    "with a query": ({"sub": f"{URL}?w=1"}, "place"),
    "encoded otherwise": ({"sub": URL.replace("cat", "c%61t")}, None),
    "encoded twice": ({"sub": URL.replace("cat", "c%2561t")}, "place"),
    "everything of the host": ({"sub": f"https://{HOST}/*"}, None),
    "another network": ({"ip": "198.51.100.0/24"}, "address"),
    "for a policy's reader": ({"aud": "adn"}, "audience"),
}


@pytest.mark.parametrize(("claims", "why"), TOKENS.values(), ids=TOKENS)
def test_a_token_is_held_to_its_claims(claims: Any, why: str | None) -> None:
    assert reason(KEY.token(claims), KEY.policy) == why


@pytest.mark.parametrize(
    "path", ["/other/asset/random/cat.jpg", "/space", "/", "/spaces/a", "/other/space/a"]
)
def test_an_asset_key_opens_nothing_outside_its_space(path: str) -> None:
    for sub in (f"https://{HOST}{path}", path, "/*"):
        assert reason(KEY.token({"sub": sub}), KEY.policy, path=path) == "space"


def forged(secret: str) -> AssetKey:
    """A policy that is signed with another key than the edge's."""
    policy = policy_of(key=secret.encode())
    return AssetKey(policy, keys.secret_of(policy))


def test_a_secret_signs_no_policies() -> None:
    fake = forged(KEY.secret)
    assert reason(fake.token(), fake.policy) == "signature"


def test_nor_does_a_master_secret_itself() -> None:
    fake = forged(keys.MASTER_SECRET)
    assert reason(fake.token(), fake.policy) == "signature"
    assert reason(AssetKey(KEY.policy, keys.MASTER_SECRET).token(), KEY.policy) == "signature"


def test_token_and_policy_are_not_each_other() -> None:
    assert reason(KEY.policy, KEY.token()) == "kid"
    assert reason(KEY.policy, KEY.policy) == "signature"
    assert reason(KEY.token(), KEY.token()) == "kid"
    assert reason(KEY.policy) == "kid"
    assert reason(KEY.token()) == "kid"


def test_a_policy_of_another_kid_is_not_this_ones() -> None:
    claimed = policy_of(kid="1:1", master_secret=keys.MASTER_SECRET)
    assert reason(AssetKey(claimed, keys.secret_of(claimed)).token(), claimed) == "signature"


@pytest.mark.parametrize("kid", [None, "", "1:3", "now", "before"])
def test_a_policy_names_a_master_key(kid: str | None) -> None:
    policy = policy_of(kid=kid)
    assert reason(AssetKey(policy, keys.secret_of(policy)).token(), policy) == "kid"


def test_even_a_single_master_key_must_be_named() -> None:
    one = keys.as_baked(replace(keys.EMBARGO, master_keys=keys.EMBARGO.master_keys[:1]))
    policy = policy_of(kid=None)
    assert reason(AssetKey(policy, keys.secret_of(policy)).token(), policy, embargoed=one) == "kid"


def test_a_secret_goes_with_one_policy() -> None:
    other = asset_key({"jti": "another"})
    assert reason(KEY.token(), other.policy) == "signature"
    assert reason(other.token(), KEY.policy) == "signature"


def test_the_secrets_characters_are_the_key_and_not_what_they_encode() -> None:
    raw = base64.urlsafe_b64decode(KEY.secret + "=")
    assert reason(jwt.encode({"sub": URL}, raw, "HS256"), KEY.policy) == "signature"


def test_a_token_of_another_algorithm_is_refused() -> None:
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        other = jwt.encode({"sub": URL}, KEY.secret, "HS512")
    assert reason(other, KEY.policy) == "algorithm"


def test_an_issuers_key_signs_no_policies() -> None:
    policy = policy_of(kid="now", key=keys.ISSUER_SECRET)
    assert reason(AssetKey(policy, keys.secret_of(policy)).token(), policy) == "kid"


def test_without_master_keys_no_policy_opens() -> None:
    none = keys.as_baked(config.Embargo(jwks=keys.EMBARGO.jwks))
    assert reason(KEY.token(), KEY.policy, embargoed=none) == "kid"


def test_an_issuers_token_beside_a_policy_opens_nothing() -> None:
    assert reason(keys.issued(), KEY.policy) == "signature"
    assert reason(keys.issued(), "") == "form"


def test_a_policy_with_a_member_twice_is_refused() -> None:
    members = json.dumps({"exp": NOW + 9, "aud": "adn", "jti": "x", "ctf:unpub": True})[1:-1]
    text = '{"sub":"other","sub":"space",' + members + "}"
    policy = keys.signed_text(
        text, key=keys.derived(keys.MASTER_SECRET, "policy"), header='{"alg":"HS256","kid":"1:2"}'
    )
    assert reason(AssetKey(policy, keys.secret_of(policy)).token(), policy) == "payload"


@given(st.integers(0, len(KEY.policy) - 1), st.characters(codec="ascii"))
def test_a_policy_is_one_text(place: int, character: str) -> None:
    policy = KEY.policy[:place] + character + KEY.policy[place + 1 :]
    token = AssetKey(policy, keys.secret_of(policy)).token()
    assert (reason(token, policy) is None) == (policy == KEY.policy)


@given(st.text() | st.just(KEY.token()), st.text() | st.just(KEY.policy))
def test_whatever_is_shown_only_the_pair_opens(token: str, policy: str) -> None:
    assert (reason(token, policy) is None) == (policy == KEY.policy and token.count(".") == 2)


@pytest.mark.parametrize("text", ["a", "cfexampleapi", "A-b_c.9", "9" * 64])
def test_these_are_spaces(text: str) -> None:
    assert asset_keys.is_space(text)


@pytest.mark.parametrize(
    "text", ["", ".", "..", "-a", "a/b", "a%20b", "a b", "9" * 65, "a\n", "\u0661", None, 7]
)
def test_these_are_not(text: object) -> None:
    assert not asset_keys.is_space(text)
