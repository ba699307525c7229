"""Whether what a request shows opens the asset it asks for, and when a cookie takes the token's place.

Two schemes. With a `policy` beside the token it is `asset_keys`. Without one the token is an issuer's own
JWT: its `kid` picks one of the configured keys and that key fixes the algorithm. A token without `kid` will
do while exactly one key is configured, so give every token a `kid` before a second key comes. A `typ` must
be `JWT`.

A manifest names its segments without a token. One that is opened with a token for its folder is therefore
answered with a redirect to itself and the token in a cookie for that folder, which players send with every
segment. A token for the manifest alone opens no segment, so there is nothing to exchange it for.
"""

from __future__ import annotations

from .presented import POLICY_COOKIE, TOKEN_COOKIE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .claims import Asked
    from .config import Embargo, Jwk
    from .grants import Grant
    from .presented import Presented

_MANIFESTS = (".m3u8", ".mpd")
_LONGEST_COOKIE = 4096
_LONGEST_COOKIE_PATH = 1024


def verify(  # noqa: PLR0917 - all of these are looked at
    embargo: Embargo, host: str, path: str, presented: Presented, now: float, client_ip: str | None
) -> Grant:
    """What the token opens; `path` is canonical, `now` in seconds since 1970.

    Raises `tokens.TokenRefused`, and nothing else, for everything that opens nothing.
    """
    from . import asset_keys  # noqa: PLC0415 - loads what verifies signatures; most requests have no token
    from .claims import Asked  # noqa: PLC0415 - as above
    from .tokens import TokenRefused  # noqa: PLC0415 - as above

    asked = Asked(host, path, now, client_ip, embargo.leeway_seconds)
    if presented.doubled:
        raise TokenRefused("doubled")
    if presented.token is None:
        raise TokenRefused("no token")
    if presented.policy is not None:
        return asset_keys.verify(embargo.master_keys, presented.token, presented.policy, asked)
    return _issued(embargo.jwks, presented.token, asked)


def _issued(jwks: Sequence[Jwk], token: str, asked: Asked) -> Grant:
    """What an issuer's own token opens."""
    from . import claims  # noqa: PLC0415 - as above
    from .tokens import TokenRefused, header_of, payload_of  # noqa: PLC0415 - as above

    header = header_of(token)
    if header.get("typ", "jwt").lower() != "jwt":
        raise TokenRefused("type")
    kid = header.get("kid")
    keys = [key for key in jwks if kid in {None, key.kid}]
    if len(keys) != 1:
        raise TokenRefused("kid")
    found = claims.read(payload_of(token, vars(keys[0])))
    return claims.granted(found, asked, claims.expiry(found, asked))


def exchange(grant: Grant, presented: Presented, path: str, now: float) -> list[str] | None:
    """The values of Set-Cookie for the redirect to the URL without its token; None where there is none.

    Only for a manifest, and a folder's token in the query. The cookies go to the folder, and end with the
    token. Without a policy the cookie of an older one is taken away, or it would be read with the new token.
    """
    lives_seconds = int(grant.expires_at - now)
    cookies = {TOKEN_COOKIE: presented.token or "", POLICY_COOKIE: presented.policy or ""}
    if grant.path_prefix is None or presented.from_cookie or not path.lower().endswith(_MANIFESTS):
        return None
    if lives_seconds < 1 or any(_is_too_long(name, value) for name, value in cookies.items()):
        return None
    folder = _cookie_path(grant.path_prefix)
    return [_cookie(name, value, folder, lives_seconds) for name, value in cookies.items()]


def _cookie(name: str, value: str, folder: str, lives_seconds: int) -> str:
    lives_seconds = lives_seconds if value else 0
    return f"{name}={value}; Path={folder}; Max-Age={lives_seconds}; Secure; HttpOnly; SameSite=None"


def _is_too_long(name: str, value: str) -> bool:
    """Browsers drop a longer one: the redirect would lead to a refusal."""
    return len(name) + len(value) > _LONGEST_COOKIE


def _cookie_path(folder: str) -> str:
    """The deepest folder that has one spelling only, for a browser compares the URL as it was written.

    Nothing more is opened above it: the token is looked at with every request.
    """
    written = folder.partition("%")[0][:_LONGEST_COOKIE_PATH]
    return written[: written.rindex("/") + 1]
