"""What dev is: cheap, quick to make and to throw away."""

from stacks.posture import Posture

POSTURE = Posture(
    protect=False,
    force_destroy=True,
    noncurrent_version_days=7,
    log_retention_days=7,
    access_log_days=7,
    replication_time_control=False,
    web_acl=False,
    additional_metrics=False,
    largest_weight_step_points=100,
)
