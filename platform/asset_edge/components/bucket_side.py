"""What one bucket of a replicated pair is to whoever uses it."""

from dataclasses import dataclass
from typing import Literal

import pulumi

from asset_edge import naming

Role = Literal["primary", "replica"]
"""Which bucket of a pair. Objects may be written to either; the words only say where an operator starts."""


@dataclass(frozen=True, kw_only=True)
class BucketSide:
    """One bucket of a pair. All but the key is computed from name and region, so a preview knows it."""

    role: Role
    region: str
    name: pulumi.Output[str]
    """The bucket's name; depends on the bucket where the pair made it."""

    kms_key_arn: pulumi.Output[str] | None = None
    """The KMS key of its region that new objects are encrypted with; none with SSE-S3."""

    @property
    def arn(self) -> pulumi.Output[str]:
        """The bucket's ARN."""
        return self.name.apply(naming.bucket_arn)

    @property
    def object_arns(self) -> pulumi.Output[str]:
        """The ARN pattern of every object in it."""
        return pulumi.Output.concat(self.arn, "/*")

    @property
    def domain_name(self) -> pulumi.Output[str]:
        """The host name of its regional endpoint."""
        return self.name.apply(lambda name: naming.regional_endpoint(name, self.region))
