"""What a backend makes with `asset_edge.signing` opens at the edge, and nothing it cannot open is made."""

import base64
import itertools
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge import signing
from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge import config, embargo, paths
from asset_edge.handlers.edge.grants import Grant
from asset_edge.handlers.edge.presented import taken
from asset_edge.signing import AssetKey, MasterKey, PrivateJwk
from tests.handlers import keys
from tests.handlers.keys import HOST, NOW, PATH, URL

MASTER = MasterKey(kid="1:2", secret=keys.MASTER_SECRET)
ISSUER = {alg: signing.new_jwk(alg, kid=f"made-up-{alg}") for alg in signing.ALGORITHMS}
KEY = ISSUER["ES256"]
HOUR = NOW + 3600
TWO_DAYS = 48 * 3600


def counting() -> signing.Random:
    """Chance that a test can repeat."""
    runs = itertools.count()
    return lambda size_bytes: bytes([next(runs) % 256] * size_bytes)


def at_edge() -> config.Embargo:
    """Every key here as the settings take it: the public half where there is one."""
    halves = [
        key.members() if alg.startswith("HS") else signing.public_jwk(key) for alg, key in ISSUER.items()
    ]
    jwks = tuple(config.Jwk(**half) for half in halves)  # type: ignore[arg-type]
    return keys.as_baked(config.Embargo(master_keys=keys.EMBARGO.master_keys, jwks=jwks))


def opened(url: str, path: str = PATH, client_ip: str = "203.0.113.9") -> Grant:
    presented, _, _ = taken(url.partition("#")[0].partition("?")[2], {})
    return embargo.verify(at_edge(), HOST, path, presented, NOW, client_ip)


@pytest.mark.parametrize("alg", signing.ALGORITHMS)
def test_every_algorithms_token_opens_with_what_the_edge_is_given(alg: str) -> None:
    grant = opened(signing.sign_url(URL, ISSUER[alg], expires_at=HOUR))
    assert (grant.expires_at, grant.path_prefix) == (HOUR, None)


def test_claims_arrive() -> None:
    url = signing.sign_url(
        URL,
        KEY,
        expires_at=HOUR,
        not_before=NOW,
        prefix="/space/*",
        countries=["DE"],
        library="kids",
        ip="203.0.113.0/24",
    )
    grant = opened(url)
    assert (grant.countries, grant.library, grant.path_prefix) == (("DE",), "kids", "/space/")


def test_a_token_alone_says_what_it_is() -> None:
    token = signing.token(f"https://{HOST}/films/*", KEY, expires_at=HOUR)
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": "made-up-ES256", "typ": "JWT"}
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims == {"sub": f"https://{HOST}/films/*", "exp": HOUR}


def test_an_asset_key_opens_its_space() -> None:
    key = signing.asset_key(MASTER, "space", NOW + TWO_DAYS, NOW)
    assert opened(signing.signed_url(URL, key)).expires_at == NOW + TWO_DAYS
    assert opened(signing.signed_url(URL, key, HOUR)).expires_at == HOUR


def test_a_policy_is_what_contentful_documents() -> None:
    key = signing.asset_key(MASTER, "space", HOUR, NOW, counting())
    assert jwt.get_unverified_header(key.policy) == {"alg": "HS256", "kid": "1:2", "typ": "JWT"}
    claims = jwt.decode(key.policy, options={"verify_signature": False})
    jti = claims.pop("jti")
    assert claims == {"exp": HOUR, "sub": "space", "aud": "adn", "ctf:unpub": True}
    assert (len(jti), key.secret) == (16, keys.secret_of(key.policy))


def test_a_client_of_contentfuls_needs_no_code_of_ours() -> None:
    key = signing.asset_key(MASTER, "space", HOUR, NOW)
    token = jwt.encode({"sub": URL}, key.secret, "HS256")
    assert opened(f"{URL}?token={token}&policy={key.policy}").expires_at == HOUR


def test_two_asset_keys_are_never_the_same() -> None:
    one, other = (signing.asset_key(MASTER, "space", HOUR, NOW) for _ in range(2))
    assert one.policy != other.policy
    assert one.secret != other.secret


URLS = {
    "plain": (URL, f"{URL}?token=T"),
    "with parameters": (f"{URL}?w=1&fm=%61uto", f"{URL}?w=1&fm=%61uto&token=T"),
    "with an older token": (f"{URL}?token=old&w=1&policy=old", f"{URL}?w=1&token=T"),
    "with a fragment": (f"{URL}?w=1#t=9", f"{URL}?w=1&token=T#t=9"),
    "with an empty query": (f"{URL}?", f"{URL}?token=T"),
}


@pytest.mark.parametrize(("url", "expected"), URLS.values(), ids=URLS)
def test_the_rest_of_a_url_is_kept(url: str, expected: str) -> None:
    signed = signing.sign_url(url, ISSUER["HS256"], expires_at=HOUR)
    token = signing.token(URL, ISSUER["HS256"], expires_at=HOUR)
    assert signed.replace(token, "T") == expected


@given(st.lists(st.text("abcäß 你()+~", min_size=1, max_size=6), min_size=1, max_size=4))
def test_whatever_an_object_is_called_its_signed_url_opens_it(names: list[str]) -> None:
    path = paths.path_of("/".join(names))
    for spelling in (path, "/" + "/".join(names)):
        signed = signing.sign_url(f"https://{HOST}{spelling}", ISSUER["HS256"], expires_at=HOUR)
        assert opened(signed, path).expires_at == HOUR


KINDS: dict[str, Callable[[], Any]] = {
    "a master key": lambda: MASTER,
    "a private JWK": lambda: KEY,
    "a symmetric JWK": lambda: ISSUER["HS256"],
    "an asset key": lambda: AssetKey(policy="made-up-policy", secret=keys.MASTER_SECRET),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_shows_in_no_repr(kind: str) -> None:
    shown = f"{KINDS[kind]()!r} {KINDS[kind]()!s}"
    assert keys.MASTER_SECRET not in shown
    for key in ISSUER.values():
        assert not [secret for name in "dk" if (secret := key.members().get(name)) and secret in shown]


def test_new_keys_are_new_and_as_strong_as_they_say() -> None:
    assert signing.new_master_key() != signing.new_master_key()
    made = signing.new_master_key(random=counting())
    assert made == MasterKey(kid="00000000", secret=base64.urlsafe_b64encode(b"\1" * 32).decode().rstrip("="))
    for alg, size_bytes in (("HS256", 32), ("HS384", 48), ("HS512", 64)):
        octets = signing.new_jwk(alg).members()["k"]
        assert len(base64.urlsafe_b64decode(octets + "==")) == size_bytes
    assert signing.new_jwk("ES256").members() != signing.new_jwk("ES256").members()
    assert signing.new_jwk("ES256", random=counting()).kid == "00000000"


@pytest.mark.parametrize("alg", [a for a in signing.ALGORITHMS if not a.startswith("HS")])
def test_the_public_half_holds_nothing_private(alg: str) -> None:
    half = signing.public_jwk(ISSUER[alg])
    private = {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}
    assert not private & set(half)
    assert half["kid"] == f"made-up-{alg}"
    assert half["alg"] == alg
    with pytest.raises(ArgumentError, match="does not sign"):
        signing.private_jwk(half)


@pytest.mark.parametrize("alg", signing.ALGORITHMS)
def test_a_jwk_reads_back(alg: str) -> None:
    again = signing.private_jwk(ISSUER[alg].members())
    assert again == ISSUER[alg]
    assert opened(signing.sign_url(URL, again, expires_at=HOUR)).expires_at == HOUR


def asset_key_of(space: str = "space") -> AssetKey:
    return signing.asset_key(MASTER, space, HOUR, NOW)


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "an unknown algorithm": (lambda: signing.new_jwk("none"), "alg is 'none'; one of ES256"),
    "a short master secret": (lambda: MasterKey(kid="a", secret="made-up"), "7 characters"),
    "a master key without kid": (lambda: MasterKey(kid="", secret="made-up" * 9), "a kid"),
    "an HS key's public half": (lambda: signing.public_jwk(ISSUER["HS256"]), "embargoSecrets"),
    "a JWK without kid": (lambda: signing.private_jwk({"kty": "oct", "alg": "HS256"}), "kid None"),
    "a JWK without alg": (lambda: signing.private_jwk({"kty": "oct", "kid": "a"}), "alg of the JWK is None"),
    "a JWK of another alg": (
        lambda: signing.private_jwk({**KEY.members(), "alg": "RS256"}),
        "does not sign",
    ),
    "a JWK with a short secret": (
        lambda: signing.private_jwk({"kty": "oct", "kid": "a", "alg": "HS256", "k": "bWFkZS11cA"}),
        "7 bytes, 32 are needed",
    ),
    "a space with a slash": (lambda: signing.asset_key(MASTER, "a/b", HOUR, NOW), "space is 'a/b'"),
    "an asset key for too long": (
        lambda: signing.asset_key(MASTER, "space", NOW + TWO_DAYS + 1, NOW),
        "172801 seconds",
    ),
    "an asset key of the past": (lambda: signing.asset_key(MASTER, "space", NOW, NOW), "0 seconds from now"),
    "an asset key in milliseconds": (
        lambda: signing.asset_key(MASTER, "space", HOUR * 1000, NOW),
        "no milliseconds",
    ),
    "an asset key of another space": (
        lambda: signing.signed_url(URL, asset_key_of("other")),
        "first segment is 'space'; the asset key's space 'other'",
    ),
    "a policy that is none": (
        lambda: signing.signed_url(URL, AssetKey(policy="made-up", secret="made-up")),
        "policy is no token",
    ),
    "an end as a float": (lambda: signing.signed_url(URL, asset_key_of(), 1.5), "expires_at is 1.5"),  # type: ignore[arg-type]
    "an end as true": (lambda: signing.sign_url(URL, KEY, expires_at=True), "expires_at is True"),
    "a beginning in milliseconds": (
        lambda: signing.sign_url(URL, KEY, expires_at=HOUR, not_before=NOW * 1000),
        "not_before is",
    ),
    "a URL over http": (
        lambda: signing.sign_url(f"http://{HOST}/a", KEY, expires_at=HOUR),
        "https://host/path",
    ),
    "a URL without host": (lambda: signing.sign_url("/a", KEY, expires_at=HOUR), "https://host/path"),
    "a folder for a URL": (lambda: signing.sign_url(f"https://{HOST}/a/*", KEY, expires_at=HOUR), "%2A"),
    "a URL that means nothing": (
        lambda: signing.sign_url(f"https://{HOST}/%", KEY, expires_at=HOUR),
        "https://host/path",
    ),
    "a prefix elsewhere": (
        lambda: signing.sign_url(URL, KEY, expires_at=HOUR, prefix="/other/*"),
        "prefix is '/other/*'",
    ),
    "a prefix on another host": (
        lambda: signing.sign_url(URL, KEY, expires_at=HOUR, prefix="https://other.example/space/*"),
        "prefix is",
    ),
    "a prefix that is no folder": (
        lambda: signing.sign_url(URL, KEY, expires_at=HOUR, prefix=PATH),
        "prefix is",
    ),
    "a token for nowhere": (
        lambda: signing.token("http://a/b", KEY, expires_at=HOUR),
        "place is 'http://a/b'",
    ),
    "small letters": (
        lambda: signing.sign_url(URL, KEY, expires_at=HOUR, countries=["de"]),
        "countries is ['de']",
    ),
    "a library in capitals": (
        lambda: signing.sign_url(URL, KEY, expires_at=HOUR, library="K"),
        "library is 'K'",
    ),
    "no network": (
        lambda: signing.sign_url(URL, KEY, expires_at=HOUR, ip="10.0.0.1/8"),
        "ip is '10.0.0.1/8'",
    ),
}


@pytest.mark.parametrize(("make", "words"), WRONG.values(), ids=WRONG)
def test_what_the_edge_would_refuse_is_refused_here_with_its_reason(
    make: Callable[[], object], words: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        make()
    assert words in str(refused.value)


def test_no_error_tells_a_token_of_the_url() -> None:
    with pytest.raises(ArgumentError) as refused:
        signing.sign_url(f"http://{HOST}/a?token=made-up-token", KEY, expires_at=HOUR)
    assert "made-up-token" not in str(refused.value)


READ: dict[str, tuple[str, type]] = {
    "a master key": ('{"kid": "a", "secret": "made-up-made-up-made-up-made-up-made-up"}', MasterKey),
    "an asset key": ('{"policy": "made-up", "secret": "made-up"}', AssetKey),
    "a JWK": (
        '{"kty": "oct", "kid": "a", "alg": "HS256", "k": "' + keys.base64url(keys.ISSUER_SECRET) + '"}',
        PrivateJwk,
    ),
}


@pytest.mark.parametrize(("text", "kind"), READ.values(), ids=READ)
def test_a_key_is_read_from_its_json(text: str, kind: type) -> None:
    assert type(signing.read(text)) is kind


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON"),
        ("made-up-secret", "no JSON"),
        ("[]", "no members"),
        ('"made-up-secret"', "no members"),
        ('{"secret": "made-up-secret"}', "JSON with secret"),
        ('{"kid": 7, "secret": "made-up-secret"}', "JSON with kid, secret"),
        ('{"kid": "a", "secret": "made-up-secret", "more": ""}', "JSON with kid, more, secret"),
    ],
)
def test_what_is_no_key_is_refused_without_telling_it(text: str, words: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        signing.read(text)
    assert words in str(refused.value)
    assert "made-up-secret" not in str(refused.value)


def test_the_space_of_a_url_is_its_first_segment() -> None:
    assert signing.space_of(f"https://{HOST}/sp%61ce/a?w=1") == "space"
