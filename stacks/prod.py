"""What prod is: protected, observed, changed in small steps."""

from stacks.posture import Posture

POSTURE = Posture(
    protect=True,
    force_destroy=False,
    noncurrent_version_days=90,
    log_retention_days=30,
    access_log_days=90,
    replication_time_control=True,
    web_acl=True,
    additional_metrics=True,
    largest_weight_step_points=25,
)
