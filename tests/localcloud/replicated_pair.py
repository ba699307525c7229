"""Two buckets that replicate each other, for tests of what comes of it."""

from typing import Any

from botocore.exceptions import ClientError

from asset_edge.localcloud.replicator import Replicator
from tests.localcloud.conftest import Cloud

EAST, WEST = "us-east-1", "eu-west-1"
HERE, THERE = "here", "there"
REGIONS = {HERE: EAST, THERE: WEST}
LAG = 30.0


def rule(destination: str, **changes: Any) -> dict[str, Any]:
    return {
        "ID": f"to-{destination}",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "SourceSelectionCriteria": {"ReplicaModifications": {"Status": "Enabled"}},
        "Destination": {"Bucket": f"arn:aws:s3:::{destination}"},
        **changes,
    }


class Pair:
    """Two buckets that replicate each other, a clock that stands still, and regions that can be lost."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.now = cloud, 1000.0
        self.lost: set[str] = set()
        self.paused = False
        for bucket, region in REGIONS.items():
            cloud.bucket(bucket, region)
            self.s3(bucket).put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            )
        self.rules(HERE, rule(THERE))
        self.rules(THERE, rule(HERE))
        self.replicator = Replicator(
            cloud.front,
            clock=lambda: self.now,
            lag_seconds=LAG,
            paused=lambda: self.paused,
            reachable=lambda region: region not in self.lost,
        )

    def s3(self, bucket: str) -> Any:
        return self.cloud.client("s3", REGIONS.get(bucket, EAST))

    def rules(self, bucket: str, *declared: dict[str, Any]) -> None:
        configuration = {"Role": "arn:aws:iam::123456789012:role/replicates", "Rules": list(declared)}
        self.s3(bucket).put_bucket_replication(Bucket=bucket, ReplicationConfiguration=configuration)

    def put(self, bucket: str, key: str = "k", body: bytes = b"one", **more: Any) -> str:
        return str(self.s3(bucket).put_object(Bucket=bucket, Key=key, Body=body, **more)["VersionId"])

    def read(self, bucket: str, key: str = "k") -> bytes | None:
        try:
            with self.s3(bucket).get_object(Bucket=bucket, Key=key)["Body"] as body:
                return bytes(body.read())
        except ClientError as error:
            assert error.response["Error"]["Code"] == "NoSuchKey"  # noqa: PT017 - any other one is a failure
            return None

    def status(self, bucket: str, key: str = "k") -> str | None:
        head = self.s3(bucket).head_object(Bucket=bucket, Key=key)
        said = head.get("ReplicationStatus")
        return None if said is None else str(said)

    def tags(self, bucket: str, key: str = "k") -> dict[str, str]:
        found = self.s3(bucket).get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        return {tag["Key"]: tag["Value"] for tag in found}

    def tag(self, bucket: str, key: str = "k", **tags: str) -> None:
        given = [{"Key": name, "Value": value} for name, value in tags.items()]
        self.s3(bucket).put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": given})

    @property
    def waiting(self) -> int:
        return int(self.replicator.state()["waiting"])

    def after(self, seconds: float) -> int:
        """What was done, by whichever thread, once so much time has passed."""
        before = self.waiting
        self.now += seconds
        self.replicator.drain()
        return before - self.waiting
