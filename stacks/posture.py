"""What an environment is, as against what an operator may set: one posture for each."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Posture:
    """What never changes on a Tuesday."""

    protect: bool
    """Whether Pulumi refuses to delete what holds data."""

    force_destroy: bool
    """Whether deleting a bucket deletes what is in it."""

    makes_its_zone: bool = False
    """Whether the environment makes its own hosted zone; elsewhere the zone exists and is a setting."""

    noncurrent_version_days: int
    """Days an overwritten or deleted object can be brought back."""

    log_retention_days: int
    """Days that logs of functions and probes are kept, one of CloudWatch's allowed values."""

    access_log_days: int
    """Days that access logs are kept."""

    replication_time_control: bool
    """Whether S3 promises replication within 15 minutes, for a price."""

    web_acl: bool
    """Whether a web ACL stands before the distribution."""

    additional_metrics: bool
    """Whether CloudFront publishes its paid metrics, such as the cache hit rate."""

    largest_weight_step_points: int
    """The most, in points of share, that one change of weights may move."""
