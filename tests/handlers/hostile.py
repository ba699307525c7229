"""Pieces of requests that somebody who wants in, or wants us down, would send: paths, queries, headers."""

from asset_edge.handlers.edge.own_headers import (
    COUNTRY_HEADER,
    GRANT_HEADER,
    LANGUAGE_HEADER,
    PATH_HEADER,
    REGION_HEADER,
    RULE_HEADER,
    TAGS_HEADER,
    TRACE_HEADER,
)
from tests.handlers.deciding import CONFIG, COUNTRIES, HOST, NOW, STATUSES, UNREACHABLE, asset_key, jws, token

_CAT = "/private/asset/1/cat.jpg"
_POLICY, _KEYED = asset_key(f"https://{HOST}{_CAT}")
_OTHER_POLICY, _OTHER_KEYED = asset_key("/other/a.jpg", "other")
_FOLDERS = [behavior.path_pattern.removesuffix("*") for behavior in CONFIG.behaviors]

OPENING = [
    token(f"https://{HOST}{_CAT}"),
    token(_CAT, countries=["DE", "CA"]),
    _KEYED,
    *(token(f"{folder}*", library="america") for folder in _FOLDERS),
    *(token(f"{folder}*", countries=["DE"]) for folder in _FOLDERS),
    *(token(f"{folder}*") for folder in _FOLDERS),
]
"""Tokens that open something."""

_GOOD = OPENING[0]
_HEAD, _BODY, _SIGNATURE = _GOOD.split(".")
REFUSED = [
    "",
    ".",
    "..",
    "e30.e30.e30",
    _GOOD[:-1],
    f"{_GOOD}A",
    f"{_GOOD}=",
    f"{_GOOD}.",
    f"{_HEAD}.{_BODY}.",
    f"{_HEAD}..{_SIGNATURE}",
    f"{_BODY}.{_HEAD}.{_SIGNATURE}",
    f"eyJhbGciOiJub25lIn0.{_BODY}.",
    f"eyJhbGciOiJub25lIn0.{_BODY}.{_SIGNATURE}",
    token(_CAT, kid="k9"),
    token(_CAT, exp=NOW - 31),
    token(_CAT, exp=1e300),
    token(_CAT, nbf=NOW + 31),
    token(_CAT, exp=True),
    token(_CAT, ip="not an address"),
    token(_CAT, countries=["de"]),
    token(_CAT, countries=[[]]),
    token(_CAT, library="../.."),
    token(_CAT, aud={}),
    token("/*"),
    token("/../*"),
    token("*"),
    jws({}, kid="k1"),
    jws({"sub": _CAT, "exp": NOW + 1}, secret=b"another"),
    _OTHER_KEYED,
    _POLICY,
    "A" * 5000,
    "%" * 20,
    "\x80\xff",
    "a b",
]
"""Tokens that open nothing."""

_TOKENS = OPENING + REFUSED
_TRANSFORMS = [
    *(
        f"{name}={value}"
        for name in ("w", "h")
        for value in ("0", "1", "400", "0400", "4000", "4001", "-1", "1e3")
    ),
    *(f"fit={value}" for value in ("pad", "fill", "scale", "crop", "thumb", "", "PAD", "none")),
    *(f"f={value}" for value in ("face", "faces", "top_left", "center", "middle", "")),
    *(
        f"fm={value}"
        for value in ("auto", "jpg", "png", "webp", "gif", "avif", "tiff", "AUTO", "exe", "auto%00")
    ),
    *(f"q={value}" for value in ("1", "80", "100", "101", "0", "", "٣", "8" * 400)),
    *(f"r={value}" for value in ("max", "0", "20", "-1", "20.5")),
    *(f"bg={value}" for value in ("rgb:ffffff", "rgb%3Affffff", "rgb:fff", "rgb:gggggg", "red")),
    *(f"fl={value}" for value in ("progressive", "png8", "png9")),
    "%77=400",
    "w%3D400",
    "w",
    "w=400;h=300",
    "w[]=1",
]

PARAMETERS = [
    *(f"token={one}" for one in _TOKENS),
    *(f"policy={one}" for one in (_POLICY, _OTHER_POLICY, _POLICY[:-1], "", "x", _GOOD)),
    f"token={_KEYED}&policy={_POLICY}",
    f"token={_OTHER_KEYED}&policy={_OTHER_POLICY}",
    *(
        f"{name}={_GOOD}"
        for name in ("%74oken", "Token", "TOKEN", "token[]", "token%00", "+token", "%20token", "tok%65n ")
    ),
    f";token={_GOOD}",
    f"a;token={_GOOD};b",
    "token",
    "policy",
    *_TRANSFORMS,
    "utm_source=mail",
    "=",
    "&",
    "&&",
    ";",
    "%",
    "%zz",
    "%00",
    "a=%0d%0aSet-Cookie:x",
    "a=b c",
    "a=\t",
    "a=\r\nX: y",
    "a#b",
    "a=ü",
    "a=\x85",
    "a=\u2028",
    "a=\U0001f600",
    "?",
    "a" * 2000,
    "q" * 8000,
]

_SEGMENTS = [
    "a",
    "cat.jpg",
    "film",
    "v2",
    "a.m3u8",
    "0001.ts",
    "logo.svg",
    "a.mpd",
    "cat.PNG",
    "a%20b",
    "ü",
    "%C3%BC",
]
_ODD = [
    "",
    ".",
    "..",
    "%2e%2e",
    "%2E.",
    "..%2f",
    "%252e%252e",
    "%5c",
    "\\",
    "%00",
    "%0d%0a",
    "%",
    "%zz",
    "%ff",
    "+",
]
_BIDI = [
    "\u202e",
    "%E2%80%AE",
    "\x85",
    "\u2028",
    "~",
    "*",
    "?",
    "#",
    ";a=b",
    " ",
    "%20",
    "a" * 1025,
    "\U0001f600",
]
PIECES = [*_SEGMENTS * 6, *_ODD, *_BIDI]
STARTS = [
    *_FOLDERS,
    *_FOLDERS,
    "/",
    "//",
    "/public/",
    "/demo/",
    "/PRIVATE/",
    "/%70rivate/",
    "/public/../private/",
    "private/",
]
PATHS = [
    _CAT,
    *(f"/{key}" for key in (*STATUSES, *COUNTRIES, UNREACHABLE)),
    "/",
    "//",
    "",
    "/..",
    "/%00",
    "/a/%2e%2e/b",
    "/images/v2/cat.jpg",
    "/video/film/a.m3u8",
    "/premiere/film/a.m3u8",
    "/" + "+" * 1024,
    "/" + "a" * 1024,
    "/" + "a" * 1025,
    "/" + "%C3%BC" * 512,
    "/images/" + "%2B" * 1000 + ".jpg",
]

_GRANTS = ["none", "any", "country=CA+DE", "country=DE", "library=america", "country=DE;library=europe"]
_NO_GRANTS = [
    "",
    "ANY",
    "any ",
    "country=",
    "country=de",
    "country=DE+CA",
    "library=../x",
    "any,none",
    "a" * 3000,
]
_ACCEPTS = [
    "image/avif,image/webp,*/*;q=0.8",
    "image/webp;q=0",
    "*/*",
    "",
    "image/*;q=x",
    ",;q==,",
    "image/avif" * 500,
]
_LANGUAGES = [
    "de-AT,de;q=0.9,en;q=0.8",
    "*",
    "",
    "pt-BR",
    "xx",
    "de;q=2",
    "de;q=" + "0." + "0" * 900,
    "-,-;q=,,",
    "a-" * 2000,
]
_COUNTRIES = ["US", "CA", "GB", "DE", "FR", "de", "", "XX", "A1", "T1", "DE,US", "ü"]
_COOKIES = [
    *(f"asset-edge-token={one}" for one in _TOKENS),
    f"asset-edge-token={_KEYED}; asset-edge-policy={_POLICY}",
    f"a=b; asset-edge-token={_GOOD}; c=d",
    f'Asset-Edge-Token="{_GOOD}"',
    "asset-edge-token",
    ";;=;",
    "a" * 4000,
]

_OF_A_VIEWER = {
    GRANT_HEADER: [*_GRANTS, *_NO_GRANTS],
    COUNTRY_HEADER: _COUNTRIES,
    LANGUAGE_HEADER: ["en", "de", "pt-BR", "none", "xx", "../..", "", "d" * 2000],
    PATH_HEADER: ["/private/asset/1/cat.jpg", "/a", "", "no slash", "/%zz", "/../x"],
    REGION_HEADER: [*(bucket.region for bucket in CONFIG.buckets), "mars", ""],
    RULE_HEADER: ["versioned", "an-hour", "no such rule", ""],
    TAGS_HEADER: ["space-1,film", ",,", "ü", "t" * 5000, "#all", "*"],
    TRACE_HEADER: ["region=eu-west-1", '"; dur=1, x', "\\", "x" * 2000],
    "accept": _ACCEPTS,
    "accept-language": _LANGUAGES,
    "cookie": _COOKIES,
    "host": [HOST, "assets.example.com", "ASSETS.example.com:443", "", "a b"],
    "authorization": ["AWS4-HMAC-SHA256 x", "Bearer y"],
    "range": ["bytes=0-1", "bytes=-0"],
    "x-amz-content-sha256": ["x"],
    "x-amz-security-token": ["x"],
    "x-amz-date": ["19700101T000000Z"],
    "x-origin-role": ["primary", "replica", "other"],
    "x-large": ["x" * 8_000, "y" * 16_000, "z" * 30_000, "ü" * 16_000],
    **{
        name: ["x"]
        for name in ("accept-encoding", "cache-control", "cdn-loop", "content-length", "if-range", "te")
    },
    **{name: ["x"] for name in ("if-modified-since", "if-none-match", "transfer-encoding", "via", "warning")},
}
_OF_AN_ORIGIN = {
    "cache-control": [
        "public, max-age=31536000, immutable",
        "no-store",
        "max-age=x",
        "",
        ",,=",
        "s-maxage=" + "9" * 400,
    ],
    "cache-tag": ["origin-tag", "a,b", ""],
    "content-type": ["image/jpeg", "application/vnd.apple.mpegurl", "", "text/html; charset=", "IMAGE/PNG;x"],
    "content-length": ["4711"],
    "content-encoding": ["gzip"],
    "etag": ['"a"'],
    "expires": ["0"],
    "location": ["/a", "https://example.org/"],
    "server-timing": ["a;dur=1"],
    "set-cookie": ["a=b"],
    "transfer-encoding": ["chunked"],
    "vary": ["*", "Origin"],
    "via": ["1.1 x"],
    "warning": ["199 -"],
    "x-amz-meta-tag": ["a", "ü"],
    "x-amz-server-side-encryption-aws-kms-key-id": ["x"],
    "x-amz-version-id": ["x"],
    "x-amzn-errortype-like": ["AccessDenied"],
    REGION_HEADER: ["mars"],
    "x-large": ["x" * 8_000, "y" * 30_000],
}
REQUEST_HEADERS = [(name, value) for name, values in _OF_A_VIEWER.items() for value in values]
RESPONSE_HEADERS = [(name, value) for name, values in _OF_AN_ORIGIN.items() for value in values]
