"""What S3 asks before it lets anybody in, found through the local cloud: regions, policies, public access.

Sources: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage"; AWS IAM API Reference,
"ListRolePolicies" and "ListAttachedRolePolicies".
"""

import json
import logging
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from botocore.exceptions import ClientError

from asset_edge.emulator.s3 import Buckets
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.front import Front

_LOG = logging.getLogger(__name__)
_OPEN = re.compile(rb"<RestrictPublicBuckets>\s*false\s*<")

Document = Mapping[str, Any]


def buckets(front: Front, clients: Clients) -> Buckets:
    """All that is known of the buckets, as it is at each call."""
    roles = RolePolicies(clients, lambda: front.iam_writes)
    return Buckets(
        region_of=front.region_of,
        policy=front.policies.document,
        role_policies=roles.of,
        public=lambda bucket: is_public(front, bucket),
        store=front.object_store,
    )


def is_public(front: Front, bucket: str) -> bool:
    """Whether the bucket's policy may open it to everybody. Without a setting it may not, as on AWS."""
    return _OPEN.search(front.s3("GET", bucket, "/?publicAccessBlock").get_data()) is not None


class RolePolicies:
    """The policies of roles, inline and attached, read again only after something was written to IAM."""

    def __init__(self, clients: Clients, writes: Callable[[], int]) -> None:
        self._clients = clients
        self._writes = writes
        self._lock = threading.Lock()
        self._read_at = -1
        self._known: dict[str, Sequence[Document]] = {}

    def of(self, role_arn: str) -> Sequence[Document]:
        """What a role may do; nothing where there is no such role."""
        with self._lock:
            writes = self._writes()
            if writes != self._read_at:
                self._known, self._read_at = {}, writes
            if role_arn not in self._known:
                self._known[role_arn] = self._read(role_arn.rpartition("/")[2])
            return self._known[role_arn]

    def _read(self, name: str) -> list[Document]:
        iam = self._clients.get("iam")
        try:
            inline = _pages(iam, "list_role_policies", "PolicyNames", RoleName=name)
            attached = _pages(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name)
        except iam.exceptions.NoSuchEntityException:
            return []
        own = [iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"] for policy in inline]
        return [_document(found) for found in [*own, *(_attached(iam, a["PolicyArn"]) for a in attached)]]


def _pages(iam: Any, operation: str, key: str, **told: str) -> list[Any]:
    return [item for page in iam.get_paginator(operation).paginate(**told) for item in page[key]]


def _attached(iam: Any, arn: str) -> Document | str:
    try:
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found: Document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"][
            "Document"
        ]
    except ClientError as error:
        _LOG.warning("policies: %s cannot be read here and permits nothing: %s", arn, error)
        return {}
    return found


def _document(found: Document | str) -> Document:
    """One policy as botocore decoded it; what it could not decode permits nothing."""
    try:
        read = json.loads(unquote(found)) if isinstance(found, str) else found
    except ValueError:
        return {}
    return read if isinstance(read, Mapping) else {}
