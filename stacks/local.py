"""What local is: the whole program on a laptop, with a zone of its own and nothing worth keeping."""

from stacks.posture import Posture

POSTURE = Posture(
    protect=False,
    force_destroy=True,
    makes_its_zone=True,
    noncurrent_version_days=1,
    log_retention_days=1,
    access_log_days=1,
    replication_time_control=False,
    web_acl=False,
    additional_metrics=False,
    largest_weight_step_points=100,
)
