"""One deployment of the program, and what it calls the things that outlive a deploy."""

from dataclasses import dataclass

from asset_edge import naming
from stacks.posture import Posture
from stacks.settings import Settings


@dataclass(frozen=True)
class Stack:
    """Where the program runs, and what it was told."""

    project: str
    name: str
    settings: Settings
    posture: Posture

    @property
    def origin(self) -> str:
        """The weighted record's name."""
        return f"{self.settings.origin_host}.{self.settings.zone_name}"

    @property
    def regions(self) -> tuple[str, str]:
        """Where the buckets are, the writers' first."""
        return self.settings.primary_region, self.settings.replica_region

    @property
    def registry_table(self) -> str:
        """The asset registry's table, one name in all its regions."""
        return f"{self.project}-{self.name}-registry"

    def bucket(self, region: str) -> str:
        """The bucket of a region's assets."""
        return naming.bucket_name(self.project, self.name, self.settings.account_id, region)

    def log_bucket(self, region: str) -> str:
        """The bucket of a region's access logs."""
        return naming.bucket_name(f"{self.project}-logs", self.name, self.settings.account_id, region)

    def function(self, what: str) -> str:
        """The edge function for an event."""
        return f"{self.project}-{self.name}-{what}"
