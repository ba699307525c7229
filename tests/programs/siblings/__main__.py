"""A program whose resources are registered while its modules are imported."""

import pulumi
from buckets import BUCKETS

pulumi.export("names", sorted(BUCKETS))
