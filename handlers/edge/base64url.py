"""What a base64url text means: one spelling for each run of bytes, every other is refused (RFC 7515, 2)."""

from __future__ import annotations

import binascii

# What base64 has and base64url has not, padding included, becomes a sign that neither has.
_TO_BASE64 = bytes.maketrans(b"-_+/=", b"+/!!!")


def decoded(text: str) -> bytes:
    """The bytes of an unpadded base64url text.

    Raises ValueError unless encoding these bytes gives `text` again: so no padding, no white space, nothing
    outside the alphabet, no bit set that is not used.
    """
    base64 = text.encode("ascii").translate(_TO_BASE64) + b"==="[: -len(text) % 4]
    raw = binascii.a2b_base64(base64)
    if binascii.b2a_base64(raw, newline=False) != base64:
        raise ValueError("text is not canonical base64url without padding; encode the bytes again")
    return raw
