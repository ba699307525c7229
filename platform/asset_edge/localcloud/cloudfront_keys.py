"""Which public keys and key groups CloudFront refuses to keep.

Source: Amazon CloudFront Developer Guide, "Specify signers that can create signed URLs and signed cookies".
"""

from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from asset_edge.localcloud.aws_api import ApiError, Operation
from asset_edge.localcloud.cloudfront_collections import Sent

MOST_KEYS_IN_GROUP = 5
_RSA_BITS = 2048


def check_public_key(config: Sent) -> None:
    """Refuses what is no RSA key of 2048 bits and no ECDSA key on P-256; the key itself is in no message."""
    try:
        key = load_pem_public_key(config["EncodedKey"].encode())
    except ValueError as error:
        raise ApiError("InvalidArgument", "EncodedKey is no public key in PEM") from error
    is_rsa = isinstance(key, RSAPublicKey) and key.key_size == _RSA_BITS
    if not is_rsa and not (isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)):
        raise ApiError("InvalidArgument", "EncodedKey is neither RSA of 2048 bits nor ECDSA on P-256")


def check_public_key_update(before: Sent, after: Sent) -> None:
    """Refuses a change of anything but the comment."""
    for name in ("CallerReference", "Name", "EncodedKey"):
        if before[name] != after[name]:
            code = "CannotChangeImmutablePublicKeyFields"
            raise ApiError(code, f"{name} of a public key cannot change; create another key")


def check_key_group(config: Sent) -> None:
    """Refuses a group without keys or with too many."""
    keys = config["Items"]
    if len(keys) > MOST_KEYS_IN_GROUP:
        code = "TooManyPublicKeysInKeyGroup"
        raise ApiError(code, f"a key group names {len(keys)} keys; it has {MOST_KEYS_IN_GROUP} at most")
    if not keys:
        raise ApiError("InvalidArgument", "a key group names no key; it has at least one")


def with_known_keys(operation: Operation, known: Callable[[], Mapping[str, Any]]) -> Operation:
    """The operation on a key group, refused where the group names a key that is not there."""

    def checked(sent: dict[str, Any]) -> Mapping[str, Any]:
        absent = sorted(set(sent["KeyGroupConfig"]["Items"]) - known().keys())
        if absent:
            raise ApiError("InvalidArgument", f"there is no public key {absent[0]}; create it first")
        return operation(sent)

    return checked
