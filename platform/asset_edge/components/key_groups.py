"""Whose signatures open a behaviour: public keys, in groups that let one be exchanged for another."""

import hashlib
import re
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from asset_edge.components.choices import check_most
from asset_edge.errors import ArgumentError

MOST_KEYS = 5
MOST_GROUPS = 10
"""Keys in a group, groups in an account (CloudFront Developer Guide, "Quotas on key groups")."""

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+\n-----END PUBLIC KEY-----")

KeyGroups = Mapping[str, Sequence[str]]
"""By a name of your own, the public keys of a group: PEM texts, RSA of 2048 bits or ECDSA P-256."""


def check_key_groups(groups: KeyGroups, trusted: Sequence[pulumi.Input[str]]) -> None:
    """Refuses a private key, too many keys, and a name that stands for no group."""
    check_most("key groups", len(groups), MOST_GROUPS, "Merge some")
    for name, keys in groups.items():
        check_most(f"keys in group {name!r}", len(keys), MOST_KEYS, "Drop those no longer in use")
        if not keys:
            raise ArgumentError(f"key group {name!r} has no keys; it takes 1 to {MOST_KEYS}. Give it one")
        for key in keys:
            _check_pem(name, key)
    for group in trusted:
        if isinstance(group, str) and group not in groups and not _ID.fullmatch(group):
            raise ArgumentError(
                f"trusted key group {group!r} is neither in key_groups nor an id; known are "
                f"{sorted(groups)}. Name one of them, or give the id of an existing group"
            )


def _check_pem(group: str, key: str) -> None:
    # The key itself stays out of the message: it may be a private one.
    if not _PEM.fullmatch(key.strip()):
        raise ArgumentError(
            f"a key of group {group!r} is no PEM public key; it begins with -----BEGIN PUBLIC KEY-----. "
            "Give the public half, as `openssl pkey -pubout` prints it"
        )


def key_group_ids(
    name: str, groups: KeyGroups, child: pulumi.ResourceOptions
) -> dict[str, pulumi.Output[str]]:
    """Makes the groups; by name, their ids. A key's resource is named after its text: exchanging one is add,
    remove.
    """
    return {group: _key_group(name, group, keys, child) for group, keys in groups.items()}


def _key_group(
    name: str, group: str, keys: Sequence[str], child: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    public_keys = [_public_key(f"{name}-public-key-{group}", key, child) for key in keys]
    made = aws.cloudfront.KeyGroup(
        f"{name}-key-group-{group}", items=[key.id for key in public_keys], comment=group, opts=child
    )
    return made.id


def _public_key(prefix: str, pem: str, child: pulumi.ResourceOptions) -> aws.cloudfront.PublicKey:
    # CloudFront hands the key back with a final newline; without it every preview would show a change.
    text = pem.strip() + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return aws.cloudfront.PublicKey(f"{prefix}-{digest}", encoded_key=text, opts=child)
