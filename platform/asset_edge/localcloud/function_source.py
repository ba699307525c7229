"""A deployed function as whoever runs it needs it: its zip unpacked, its settings, its role's credentials."""

import hashlib
import io
import re
import threading
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from asset_edge.emulator.functions import Deployed
from asset_edge.emulator.identities import Identities
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.front import Front

_ARN = re.compile(r"arn:aws:lambda:(?P<region>[^:]+):\d{12}:function:(?P<name>[^:]+)(?::(?P<qualifier>.+))?")


class FunctionSource:
    """Looks functions up through Lambda's API when they are first asked for. Any thread may ask."""

    def __init__(self, front: Front, clients: Clients, identities: Identities, folder: Path) -> None:
        """Zips are unpacked below `folder`, each content once."""
        self._front = front
        self._clients = clients
        self._identities = identities
        self._folder = folder
        self._published: dict[str, Deployed] = {}
        self._lock = threading.Lock()

    def find(self, arn: str) -> Deployed | None:
        """What is deployed under the ARN, with a version or without; None where nothing is.

        A published version never changes and is looked up once; what has no version is looked up each time.
        """
        with self._lock:
            if arn not in self._published:
                found = self._found(arn)
                if found is None or not arn.rpartition(":")[2].isdigit():
                    return found
                self._published[arn] = found
            return self._published[arn]

    def _found(self, arn: str) -> Deployed | None:
        named = _ARN.fullmatch(arn)
        code = self._front.function_code(arn)
        if named is None or code is None:
            return None
        qualifier = {"Qualifier": named["qualifier"]} if named["qualifier"] else {}
        try:
            config = self._clients.get("lambda", named["region"]).get_function_configuration(
                FunctionName=named["name"], **qualifier
            )
        except ClientError:
            return None
        return self._deployed(config, code.zip_bytes, named["region"])

    def _deployed(self, config: Mapping[str, Any], zip_bytes: bytes, region: str) -> Deployed:
        declared = (config.get("Environment") or {}).get("Variables") or {}
        credentials = self._identities.credentials(config["Role"])
        return Deployed(
            folder=self._unpacked(zip_bytes),
            handler=config["Handler"],
            name=config["FunctionName"],
            memory_size_mb=config.get("MemorySize", 128),
            timeout_seconds=config.get("Timeout", 3),
            environment={**declared, **credentials.environment()},
            region=region,
        )

    def _unpacked(self, zip_bytes: bytes) -> Path:
        folder = self._folder / hashlib.sha256(zip_bytes).hexdigest()[:24]
        if not folder.exists():
            fresh = folder.with_suffix(".new")
            with zipfile.ZipFile(io.BytesIO(zip_bytes)) as archive:
                archive.extractall(fresh)
            fresh.replace(folder)
        return folder
