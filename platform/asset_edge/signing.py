"""Which tokens open embargoed assets: what a backend imports to make keys and hand out URLs.

Two schemes, as the edge has them. `jwt`: a private key signs each URL or folder, and the edge has its public
half. `asset-key`: a master key makes an asset key for a space, and whoever has that signs URLs of the space
for at most 48 hours.

    key = signing.new_jwk("ES256", kid="2026-11")
    url = signing.sign_url("https://assets.example.com/private/film.mp4", key, expires_at=now + 3600)

Every instant is in whole seconds since 1970. No secret shows in a `repr`. What the edge would refuse is
refused here with an ArgumentError that says why. Algorithms other than HS need the package `cryptography`.
"""

import base64
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jwt

from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge import addresses, asset_keys, grants, places
from asset_edge.handlers.edge.claims import LATEST
from asset_edge.handlers.edge.presented import taken

Random = Callable[[int], bytes]
"""So many bytes of chance."""

LONGEST_ASSET_KEY_SECONDS = asset_keys.LONGEST_SECONDS
"""How far ahead an asset key may end."""

_KINDS = {
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "EdDSA": ("OKP", "Ed25519"),
    "RS256": ("RSA", None),
    "RS384": ("RSA", None),
    "RS512": ("RSA", None),
    "HS256": ("oct", None),
    "HS384": ("oct", None),
    "HS512": ("oct", None),
}
ALGORITHMS = tuple(_KINDS)
"""Of the `jwt` scheme. The HS ones have no public half: whoever verifies can sign."""

_SECRET_BYTES = 32
_HMAC_BYTES = {"HS256": 32, "HS384": 48, "HS512": 64}
_RSA_BITS = 2048
_PUBLIC_MEMBERS = ("kid", "kty", "alg", "crv", "n", "e", "x", "y")


@dataclass(frozen=True, kw_only=True)
class MasterKey:
    """What asset keys are made from; the edge has it too, in the setting `embargoSecrets`."""

    kid: str
    secret: str = field(repr=False)
    """At least 32 characters of chance."""

    def __post_init__(self) -> None:
        if not self.kid or not self.secret.isascii() or len(self.secret) < _SECRET_BYTES:
            raise ArgumentError(
                f"master key {self.kid!r} has a secret of {len(self.secret)} characters; a kid and at least "
                f"{_SECRET_BYTES} ASCII characters are needed. Make one with new_master_key"
            )

    def members(self) -> dict[str, str]:
        """As it stands in `masterKeys`, secret included."""
        return {"kid": self.kid, "secret": self.secret}


@dataclass(frozen=True, kw_only=True)
class PrivateJwk:
    """What tokens of the `jwt` scheme are signed with, as RFC 7517 has it."""

    kid: str
    alg: str
    _members: Mapping[str, str] = field(repr=False)

    def members(self) -> dict[str, str]:
        """The whole key, private members included."""
        return dict(self._members)


@dataclass(frozen=True, kw_only=True)
class AssetKey:
    """What signs URLs of one space until it ends; handed to clients as it is."""

    policy: str = field(repr=False)
    secret: str = field(repr=False)


def new_master_key(kid: str | None = None, random: Random = secrets.token_bytes) -> MasterKey:
    """A fresh one; without `kid` it gets one by chance."""
    return MasterKey(kid=kid or _kid(random), secret=_chance(random, _SECRET_BYTES))


def new_jwk(alg: str = "ES256", kid: str | None = None, random: Random = secrets.token_bytes) -> PrivateJwk:
    """A fresh key for one of `ALGORITHMS`; `random` makes the kid and HS secrets, others make their own."""
    _check(alg in _KINDS, "alg", alg, "one of " + ", ".join(ALGORITHMS), "ES256 suits most")
    kty, curve = _KINDS[alg]
    if kty == "oct":
        members = {"kty": "oct", "k": _chance(random, _HMAC_BYTES[alg])}
    else:
        members = _asymmetric(kty, curve)
    named = {"kid": kid or _kid(random), "alg": alg}
    return PrivateJwk(**named, _members={**members, **named})


def private_jwk(members: Mapping[str, Any]) -> PrivateJwk:
    """The key in a JWK; ArgumentError for one that signs nothing here."""
    kid, alg = members.get("kid"), members.get("alg")
    if not isinstance(kid, str) or not kid:
        raise ArgumentError(f"the JWK has kid {kid!r}; a text is needed, by which the edge finds it. Add it")
    _check(alg in _KINDS, "alg of the JWK", alg, "one of " + ", ".join(ALGORITHMS), "Name the key's own")
    key = PrivateJwk(kid=kid, alg=str(alg), _members=dict(members))
    _signed({}, key)
    return key


def read(text: str) -> MasterKey | PrivateJwk | AssetKey:
    """The key in a JSON text: what `asset-edge key new` wrote, any private JWK, or an asset key."""
    try:
        members = json.loads(text)
    except ValueError:
        members = None
    names = set(members) if isinstance(members, dict) else set()
    if "kty" in names:
        return private_jwk(members)
    if names in ({"kid", "secret"}, {"policy", "secret"}) and all(map(_is_text, members.values())):
        return MasterKey(**members) if "kid" in names else AssetKey(**members)
    told = f"JSON with {', '.join(sorted(names)) or 'no members'}" if members is not None else "no JSON"
    raise ArgumentError(
        f"the key is {told}; a master key (kid, secret), an asset key (policy, secret) and a private JWK are "
        "allowed. Pass the file that asset-edge key new wrote"
    )


def public_jwk(key: PrivateJwk) -> dict[str, str]:
    """The half that the edge has, for the setting `embargoPublicKeys`.

    ArgumentError for an HS key: it has none, and belongs in `jwks` of the setting `embargoSecrets` as it is.
    """
    if key.alg in _HMAC_BYTES:
        raise ArgumentError(
            f"the key {key.kid!r} is for {key.alg} and has no public half; only ES, RS and EdDSA keys have. "
            "Put it into embargoSecrets under jwks"
        )
    return {name: value for name, value in key.members().items() if name in _PUBLIC_MEMBERS}


def asset_key(
    master: MasterKey, space: str, expires_at: int, now: float, random: Random = secrets.token_bytes
) -> AssetKey:
    """What opens assets under `/<space>/` until `expires_at`, which is at most 48 hours from `now`."""
    _check(asset_keys.is_space(space), "space", space, "1 to 64 letters, digits, . _ and -", "Name the space")
    _check_instant("expires_at", expires_at)
    if not now < expires_at <= now + LONGEST_ASSET_KEY_SECONDS:
        raise ArgumentError(
            f"expires_at is {expires_at - now:.0f} seconds from now; more than 0 and at most "
            f"{LONGEST_ASSET_KEY_SECONDS} (48 hours) are allowed. Choose an earlier end and make keys anew"
        )
    claims = {
        "exp": expires_at,
        "sub": space,
        "aud": asset_keys.AUDIENCE,
        "jti": _chance(random, 12),
        "ctf:unpub": True,
    }
    keys = asset_keys.derived(master.secret)
    signer = PrivateJwk(kid=master.kid, alg="HS256", _members=keys.policy_jwk)
    policy = _signed(claims, signer)
    return AssetKey(policy=policy, secret=keys.secret_of(policy))


def space_of(url: str) -> str:
    """Whose asset key signs a URL: the first segment of its path."""
    place = places.read(_without_query(url))
    return place.path.split("/")[1] if place else ""


def signed_url(url: str, key: AssetKey, expires_at: int | None = None) -> str:
    """The URL with `token` and `policy`; other parameters are kept and are not signed.

    Without `expires_at` it is good as long as the asset key, and never longer.
    """
    sub = _without_query(url)
    space, allowed = space_of(sub), _space_in(key.policy)
    remedy = "Ask for an asset key of that space"
    _check(space == allowed, "the URL's first segment", space, f"the asset key's space {allowed!r}", remedy)
    claims: dict[str, Any] = {"sub": sub}
    if expires_at is not None:
        _check_instant("expires_at", expires_at)
        claims["exp"] = expires_at
    token = jwt.encode(claims, key.secret, "HS256")
    return _with_parameters(url, token=token, policy=key.policy)


def sign_url(url: str, key: PrivateJwk, *, prefix: str | None = None, **claims: Any) -> str:
    """The URL with a token for it alone or, with `prefix` (see `token`), for all below that folder.

    `claims` are those of `token`. Other parameters of the URL are kept and are not signed.
    """
    sub = _without_query(url)
    if prefix is not None and not _covers(prefix, sub):
        raise ArgumentError(
            f"prefix is {prefix!r}; a folder in which the URL is, such as /films/*, is allowed. Name one"
        )
    return _with_parameters(url, token=token(prefix or sub, key, **claims))


def token(
    place: str,
    key: PrivateJwk,
    *,
    expires_at: int,
    not_before: int | None = None,
    countries: Sequence[str] = (),
    library: str | None = None,
    ip: str | None = None,
) -> str:
    """A token for a URL without query, or a folder: `https://host/films/*`, or `/films/*` on every host.

    `countries` (ISO codes in capitals) holds only where the stack lets tokens name them; `ip` is an address
    or a network in CIDR form.
    """
    allowed = "https://host/path, https://host/folder/* or either without host, no query"
    _check(places.read(place) is not None, "place", place, allowed, "Write it so")
    _check_instant("expires_at", expires_at)
    claims: dict[str, Any] = {"sub": place, "exp": expires_at}
    if not_before is not None:
        _check_instant("not_before", not_before)
        claims["nbf"] = not_before
    return _signed(claims | _limits(list(countries), library, ip), key)


def _limits(countries: list[str], library: str | None, ip: str | None) -> dict[str, Any]:
    claims: dict[str, Any] = {}
    if countries:
        allowed = f"1 to {grants.MOST_COUNTRIES} ISO codes in capitals"
        _check(grants.is_countries(countries), "countries", countries, allowed, "Correct them")
        claims["countries"] = countries
    if library is not None:
        _check(grants.is_library(library), "library", library, "1 to 32 of a-z, 0-9 and -", "Correct it")
        claims["library"] = library
    if ip is not None:
        allowed = "an address, or a network without host bits such as 203.0.113.0/24,"
        _check(_is_network(ip), "ip", ip, allowed, "Correct it")
        claims["ip"] = ip
    return claims


def _signed(claims: Mapping[str, Any], key: PrivateJwk) -> str:
    try:
        signer = jwt.PyJWK.from_dict({**key.members(), "alg": key.alg}).key
        _check_length(signer, key)
        return jwt.encode(dict(claims), signer, key.alg, headers={"kid": key.kid})
    except (jwt.PyJWTError, AttributeError, TypeError, ValueError) as error:
        raise ArgumentError(
            f"the key {key.kid!r} does not sign: {error}; a private JWK for {key.alg} is needed, and the "
            "package cryptography for all but HS. Make one with new_jwk"
        ) from error


def _check_length(signer: object, key: PrivateJwk) -> None:
    """Raises ValueError for a secret that can be guessed."""
    if isinstance(signer, bytes) and len(signer) < _HMAC_BYTES[key.alg]:
        raise ValueError(f"its secret has {len(signer)} bytes, {_HMAC_BYTES[key.alg]} are needed")


def _asymmetric(kty: str, curve: str | None) -> dict[str, str]:
    try:
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415 - HS needs none
        from jwt import algorithms  # noqa: PLC0415 - as above
    except ImportError as error:
        raise ArgumentError(
            f"a key of type {kty} needs the package cryptography, which is not installed; HS256 does not. "
            "Install asset-edge[signing]"
        ) from error
    if kty == "RSA":
        rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
        made = algorithms.RSAAlgorithm.to_jwk(rsa_key, as_dict=True)
    elif kty == "OKP":
        made = algorithms.OKPAlgorithm.to_jwk(ed25519.Ed25519PrivateKey.generate(), as_dict=True)
    else:
        kind = ec.SECP384R1() if curve == "P-384" else ec.SECP256R1()
        made = algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(kind), as_dict=True)
    return {name: value for name, value in made.items() if name != "key_ops"}


def _without_query(url: str) -> str:
    sub = url.partition("#")[0].partition("?")[0]
    place = places.read(sub)
    if place is None or place.host is None or place.is_folder:
        raise ArgumentError(
            f"url is {sub!r}; https://host/path is allowed, a star at its end as %2A. Correct it, or name a "
            "folder as prefix"
        )
    return sub


def _with_parameters(url: str, **added: str) -> str:
    """Older tokens in the URL are replaced."""
    rest, hash_sign, fragment = url.partition("#")
    path, _, query = rest.partition("?")
    _, kept, _ = taken(query, {})
    parameters = [*([kept] if kept else []), *(f"{name}={value}" for name, value in added.items())]
    return path + "?" + "&".join(parameters) + hash_sign + fragment


def _covers(prefix: str, sub: str) -> bool:
    folder, place = places.read(prefix), places.read(sub)
    return bool(folder and folder.is_folder and place and folder.opens(place.host or "", place.path))


def _space_in(policy: str) -> object:
    """As it says, which only the edge can verify."""
    try:
        return jwt.decode(policy, options={"verify_signature": False}).get("sub")
    except jwt.PyJWTError as error:
        raise ArgumentError(
            f"the asset key's policy is no token: {error}; the policy as it was handed out is needed. Ask "
            "for a new asset key"
        ) from error


def _is_network(ip: str) -> bool:
    try:
        addresses.network(ip)
    except ValueError:
        return False
    return True


def _check_instant(what: str, value: object) -> None:
    is_instant = type(value) is int and 0 < value <= LATEST
    _check(is_instant, what, value, "a whole number of seconds since 1970", "Round it, and no milliseconds")


def _check(holds: object, what: str, value: object, allowed: str, remedy: str) -> None:
    if not holds:
        raise ArgumentError(f"{what} is {value!r}; {allowed} is allowed. {remedy}")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _kid(random: Random) -> str:
    return random(4).hex()


def _chance(random: Random, size_bytes: int) -> str:
    return base64.urlsafe_b64encode(random(size_bytes)).rstrip(b"=").decode("ascii")
