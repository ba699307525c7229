"""An issuer's tokens: what they open, and every way of making one that opens nothing."""

from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge import config, embargo
from asset_edge.handlers.edge.config import Jwk
from asset_edge.handlers.edge.presented import Presented
from asset_edge.handlers.edge.tokens import TokenRefused
from tests.handlers import keys
from tests.handlers.keys import HOST, LEEWAY, NOW, PATH, URL, issued, reason, signed_text, verified
from tests.handlers.test_loading import DEAR, loaded

ELLIPTIC = ec.generate_private_key(ec.SECP256R1())
EDWARDS = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(kid: str, alg: str, members: dict[str, Any]) -> Jwk:
    known = {name: members[name] for name in ("kty", "crv", "n", "e", "x", "y") if name in members}
    return Jwk(kid=kid, alg=alg, **known)


PUBLIC = config.Embargo(
    jwks=(
        public("es", "ES256", jwt.algorithms.ECAlgorithm.to_jwk(ELLIPTIC.public_key(), as_dict=True)),
        public("ed", "EdDSA", jwt.algorithms.OKPAlgorithm.to_jwk(EDWARDS.public_key(), as_dict=True)),
        public("rs", "RS256", jwt.algorithms.RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True)),
        keys.CURRENT,
    )
)
SIGNERS: dict[str, tuple[str, Any]] = {
    "es": ("ES256", ELLIPTIC),
    "ed": ("EdDSA", EDWARDS),
    "rs": ("RS256", RSA),
    "now": ("HS256", keys.ISSUER_SECRET),
}


@pytest.mark.parametrize("kid", SIGNERS)
def test_each_kind_of_key_opens_what_it_signed(kid: str) -> None:
    alg, key = SIGNERS[kid]
    assert reason(issued(kid=kid, key=key, alg=alg), embargoed=keys.as_baked(PUBLIC)) is None


@pytest.mark.parametrize("kid", SIGNERS)
@pytest.mark.parametrize("signer", SIGNERS)
def test_a_kid_never_lends_its_name_to_another_key(kid: str, signer: str) -> None:
    alg, key = SIGNERS[signer]
    refused = reason(issued(kid=kid, key=key, alg=alg), embargoed=keys.as_baked(PUBLIC))
    assert refused == (None if kid == signer else "algorithm")


def test_a_token_opens_its_url_until_it_ends() -> None:
    grant = verified(issued())
    assert (grant.countries, grant.library, grant.path_prefix) == ((), None, None)
    assert grant.expires_at == NOW + 3600


def test_a_folders_token_says_which_folder() -> None:
    assert verified(issued({"sub": f"https://{HOST}/space/%61sset/*"})).path_prefix == "/space/asset/"


def test_country_and_library_go_into_the_grant() -> None:
    grant = verified(issued({"countries": ["DE", "CA"], "library": "kids"}))
    assert (grant.countries, grant.library) == (("CA", "DE"), "kids")


def test_current_and_previous_key_both_open() -> None:
    assert reason(issued(kid="now")) is None
    assert reason(issued(kid="before", key=keys.OLD_ISSUER_SECRET)) is None


OPENING: dict[str, Any] = {
    "the last second before exp and leeway end": {"exp": NOW - LEEWAY + 1},
    "not before the leeway's edge": {"nbf": NOW + LEEWAY},
    "made at the leeway's edge": {"iat": NOW + LEEWAY},
    "made long ago": {"iat": 0},
    "an end in the year 9999": {"exp": 253_402_300_799},
    "for us": {"aud": "asset-edge"},
    "for us among others": {"aud": ["someone", "asset-edge"]},
    "from the viewer's address": {"ip": "203.0.113.9"},
    "from the viewer's network": {"ip": "203.0.113.0/24"},
    "fifty countries": {"countries": [a + b for a in "ABCDE" for b in "ABCDEFGHIJ"]},
    "a country twice": {"countries": ["DE", "DE"]},
    "unknown claims": {"iss": "anyone", "plan": {"seats": [1, 2]}, "jti": None},
    "a path on any host": {"sub": PATH},
    "the path, encoded otherwise": {"sub": f"https://{HOST}/sp%61ce/asset/random/c%61t.jpg"},
}


@pytest.mark.parametrize("claims", OPENING.values(), ids=OPENING)
def test_these_claims_open(claims: Any) -> None:
    assert reason(issued(claims)) is None


REFUSED: dict[str, tuple[Any, str]] = {
    "no exp": ({"exp": None}, "no expiry"),
    "expired to the second": ({"exp": NOW - LEEWAY}, "expired"),
    "expired by a second": ({"exp": NOW - LEEWAY - 1}, "expired"),
    "exp at the beginning of time": ({"exp": 0}, "expired"),
    "a negative exp": ({"exp": -1}, "time"),
    "exp in milliseconds": ({"exp": (NOW + 3600) * 1000}, "time"),
    "a huge exp": ({"exp": 10**300}, "time"),
    "nbf beyond the leeway": ({"nbf": NOW + LEEWAY + 1}, "not yet"),
    "iat beyond the leeway": ({"iat": NOW + LEEWAY + 1}, "not yet"),
    "nbf as true": ({"nbf": True}, "time"),
    "a huge nbf": ({"nbf": 10**400}, "time"),
    "a hugely negative nbf": ({"nbf": -(10**400)}, "time"),
    "for others": ({"aud": "someone"}, "audience"),
    "for others alone": ({"aud": ["someone"]}, "audience"),
    "for nobody": ({"aud": []}, "audience"),
    "for us in capitals": ({"aud": "ASSET-EDGE"}, "audience"),
    "for us inside an object": ({"aud": {"asset-edge": 1}}, "audience"),
    "no sub": ({"sub": None}, "place"),
    "sub of a neighbour": ({"sub": f"https://{HOST}/space/asset/random/dog.jpg"}, "place"),
    "sub of another host": ({"sub": f"https://evil.example{PATH}"}, "place"),
    "sub over http": ({"sub": f"http://{HOST}{PATH}"}, "place"),
    "sub with a query": ({"sub": f"{URL}?w=1"}, "place"),
    "sub encoded twice": ({"sub": f"https://{HOST}/sp%2561ce/asset/random/cat.jpg"}, "place"),
    "sub with a slash more": ({"sub": f"{URL}/"}, "place"),
    "sub in another case": ({"sub": URL.replace("cat", "Cat")}, "place"),
    "sub as a list": ({"sub": [URL]}, "place"),
    "half a segment": ({"sub": f"https://{HOST}/space/ass*"}, "place"),
    "another folder": ({"sub": f"https://{HOST}/space/asse/*"}, "place"),
    "a folder by dots": ({"sub": f"https://{HOST}/other/../space/*"}, "place"),
    "from another address": ({"ip": "203.0.113.10"}, "address"),
    "from a misspelt network": ({"ip": "203.0.113.9/24"}, "address"),
    "from no address": ({"ip": ""}, "address"),
    "from a number": ({"ip": 3405803785}, "address"),
    "no countries": ({"countries": []}, "countries"),
    "a country in small letters": ({"countries": ["de"]}, "countries"),
    "a country as text": ({"countries": "DE"}, "countries"),
    "countries as an object": ({"countries": {"DE": 1}}, "countries"),
    "a number among countries": ({"countries": ["DE", 7]}, "countries"),
    "51 countries": ({"countries": ["DE"] * 51}, "countries"),
    "a library in capitals": ({"library": "Kids"}, "library"),
    "a library with the header's own signs": ({"library": "kids;country=DE"}, "library"),
    "a library as a list": ({"library": ["kids"]}, "library"),
    "an empty library": ({"library": ""}, "library"),
}


@pytest.mark.parametrize(("claims", "why"), REFUSED.values(), ids=REFUSED)
def test_these_claims_open_nothing(claims: Any, why: str) -> None:
    assert reason(issued(claims)) == why


EXP = f'"exp":{NOW + 3600}'
SUB = f'"sub":"{URL}"'
PAYLOADS: dict[str, tuple[str | bytes, str | None]] = {
    "as it should be": (f"{{{SUB},{EXP}}}", None),
    "with blanks": (f" {{ {SUB} , {EXP} }} ", None),
    "exp as a float": (f'{{{SUB},"exp":{NOW + 3600}.0}}', "time"),
    "exp with an exponent": (f'{{{SUB},"exp":18e8}}', "time"),
    "exp beyond every float": (f'{{{SUB},"exp":1e999}}', "time"),
    "exp not a number": (f'{{{SUB},"exp":NaN}}', "payload"),
    "exp infinite": (f'{{{SUB},"exp":Infinity}}', "payload"),
    "exp true": (f'{{{SUB},"exp":true}}', "time"),
    "exp as text": (f'{{{SUB},"exp":"{NOW + 3600}"}}', "time"),
    "exp null": (f'{{{SUB},"exp":null}}', "time"),
    "exp as a list": (f'{{{SUB},"exp":[{NOW + 3600}]}}', "time"),
    "exp of 5,000 digits": (f'{{{SUB},"exp":{"9" * 5000}}}', "payload"),
    "nbf null": (f'{{{SUB},{EXP},"nbf":null}}', "time"),
    "library null": (f'{{{SUB},{EXP},"library":null}}', "library"),
    "countries null": (f'{{{SUB},{EXP},"countries":null}}', "countries"),
    "ip null": (f'{{{SUB},{EXP},"ip":null}}', "address"),
    "aud null": (f'{{{SUB},{EXP},"aud":null}}', "audience"),
    "exp twice": (keys.doubled("exp", NOW + 3600, NOW + 9), "payload"),
    "sub twice": (keys.doubled("sub", URL, URL), "payload"),
    "sub twice, once escaped": (f'{{{SUB},"s\\u0075b":"{URL}",{EXP}}}', "payload"),
    "a member twice, deep inside": (f'{{{SUB},{EXP},"x":[{{"a":1,"a":2}}]}}', "payload"),
    "nested thirty deep": (f'{{{SUB},{EXP},"x":{"[" * 30}{"]" * 30}}}', None),
    "nested forty deep": (f'{{{SUB},{EXP},"x":{"[" * 40}{"]" * 40}}}', "nesting"),
    "nested two thousand deep": (f'{{{SUB},{EXP},"x":{"[" * 2000}{"]" * 2000}}}', "nesting"),
    "objects forty deep": (f'{{{SUB},{EXP},"x":{chr(123) * 40}', "nesting"),
    "a list": (f"[{SUB}]", "payload"),
    "a text": ('"token"', "payload"),
    "a number": ("7", "payload"),
    "null": ("null", "payload"),
    "empty": ("", "payload"),
    "more behind it": (f"{{{SUB},{EXP}}}x", "payload"),
    "two objects": (f"{{{SUB},{EXP}}}{{}}", "payload"),
    "a comma too many": (f"{{{SUB},{EXP},}}", "payload"),
    "a byte order mark": ("\ufeff{" + f"{SUB},{EXP}}}", "payload"),
    "not UTF-8": (f"{{{SUB},{EXP}}}".encode() + b"\xff", "payload"),
    "UTF-16": (f"{{{SUB},{EXP}}}".encode("utf-16"), "payload"),
    "a line end inside a text": (f'{{{SUB},{EXP},"x":"a\nb"}}', "payload"),
    "half a character in sub": (f'{{"sub":"https://{HOST}/\\ud800",{EXP}}}', "place"),
}


@pytest.mark.parametrize(("payload", "why"), PAYLOADS.values(), ids=PAYLOADS)
def test_a_payload_is_read_strictly(payload: str | bytes, why: str | None) -> None:
    assert reason(signed_text(payload)) == why


HEADERS: dict[str, tuple[str, str | None]] = {
    "typ JWT": ('{"alg":"HS256","kid":"now","typ":"JWT"}', None),
    "typ in small letters": ('{"alg":"HS256","kid":"now","typ":"jwt"}', None),
    "no typ": ('{"alg":"HS256","kid":"now"}', None),
    "typ of an access token": ('{"alg":"HS256","kid":"now","typ":"at+jwt"}', "header"),
    "typ of any signature": ('{"alg":"HS256","kid":"now","typ":"JOSE"}', "type"),
    "an unknown kid": ('{"alg":"HS256","kid":"later"}', "kid"),
    "an empty kid": ('{"alg":"HS256","kid":""}', "kid"),
    "no kid, of two keys": ('{"alg":"HS256"}', "kid"),
    "a kid that is a number": ('{"alg":"HS256","kid":1}', "header"),
    "the master key's kid": ('{"alg":"HS256","kid":"1:2"}', "kid"),
    "the other key's kid": ('{"alg":"HS256","kid":"before"}', "signature"),
    "alg none": ('{"alg":"none","kid":"now"}', "algorithm"),
    "another alg than the key's": ('{"alg":"HS512","kid":"now"}', "algorithm"),
}


@pytest.mark.parametrize(("header", "why"), HEADERS.values(), ids=HEADERS)
def test_a_header_names_a_known_key(header: str, why: str | None) -> None:
    assert reason(signed_text(f"{{{SUB},{EXP}}}", header=header)) == why


def test_one_key_needs_no_kid() -> None:
    one = keys.as_baked(replace(keys.EMBARGO, jwks=(keys.CURRENT,)))
    assert reason(issued(kid=None), embargoed=one) is None
    assert reason(issued(kid="before"), embargoed=one) == "kid"
    assert reason(issued(kid=None, key=keys.OLD_ISSUER_SECRET), embargoed=one) == "signature"


def test_without_keys_nothing_opens() -> None:
    none = keys.as_baked(config.Embargo())
    assert reason(issued(), embargoed=none) == "kid"
    assert reason(issued(kid=None), embargoed=none) == "kid"


def test_without_leeway_a_token_ends_when_it_says() -> None:
    strict = keys.as_baked(replace(keys.EMBARGO, leeway_seconds=0))
    assert reason(issued({"exp": NOW}), embargoed=strict) == "expired"
    assert reason(issued({"exp": NOW}), embargoed=strict, now=NOW - 0.001) is None


@pytest.mark.parametrize(
    ("presented", "why"),
    [
        (Presented(), "no token"),
        (Presented(policy="made-up"), "no token"),
        (Presented(issued(), doubled=True), "doubled"),
        (Presented(""), "form"),
        (Presented("a.b.c"), "header"),
    ],
)
def test_what_is_no_token_opens_nothing(presented: Presented, why: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        embargo.verify(keys.as_baked(), HOST, PATH, presented, NOW, None)
    assert refused.value.reason == why


def test_a_token_from_a_cookie_is_held_to_the_same() -> None:
    bad = Presented(issued({"exp": NOW - 99}), from_cookie=True)
    with pytest.raises(TokenRefused):
        embargo.verify(keys.as_baked(), HOST, PATH, bad, NOW, None)


def test_a_secret_keys_token_is_verified_with_the_standard_library_alone() -> None:
    """Whoever shows no token pays for none of it, and only public keys need what is dear to load."""
    light = "from handlers.edge import embargo, grants, presented"
    members = {name: value for name, value in vars(keys.CURRENT).items() if value is not None}
    verify = f"""
from types import SimpleNamespace
given = SimpleNamespace(jwks=[SimpleNamespace(**{members!r})], master_keys=[], leeway_seconds=0)
shown = presented.Presented({issued()!r})
assert embargo.verify(given, {HOST!r}, {PATH!r}, shown, {NOW}, None).expires_at == {NOW + 3600}"""
    assert not loaded(light) & {*DEAR, "json", "handlers.edge.tokens", "handlers.edge.claims"}
    assert not loaded(light + verify) & {*DEAR, "jwt", "cryptography", "ipaddress"}


@pytest.mark.parametrize("now", [float("nan"), float("-inf"), float("inf")])
def test_a_clock_that_tells_no_time_opens_nothing(now: float) -> None:
    assert reason(issued({"nbf": NOW}), now=now) is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
CLAIM = st.sampled_from(["sub", "exp", "nbf", "iat", "aud", "ip", "countries", "library", "x"])


@given(st.dictionaries(CLAIM, JSON | st.just(URL) | st.just(NOW + 9), max_size=6))
def test_whatever_is_claimed_is_granted_or_refused(claims: Any) -> None:
    refused = reason(issued(claims))
    assert refused is None or 0 < len(refused) < 16


@given(st.binary(max_size=60))
def test_whatever_is_signed_is_granted_or_refused(payload: bytes) -> None:
    assert reason(signed_text(payload)) is not None


@given(st.text(), st.none() | st.text(), st.text(), st.text(), st.none() | st.text())
def test_whatever_is_shown_is_refused(
    token: str, policy: str | None, host: str, path: str, client_ip: str | None
) -> None:
    assert reason(token, policy, host=host, path=path, client_ip=client_ip) is not None


@given(st.text(), st.text())
def test_a_good_token_opens_nothing_elsewhere(host: str, path: str) -> None:
    assert reason(issued(), host=host, path=path) == "place"
