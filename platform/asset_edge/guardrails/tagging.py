"""Whether all that takes tags says which environment and which component it belongs to."""

from collections.abc import Iterator

from asset_edge.guardrails.resources import Resource, Stack
from asset_edge.guardrails.rule import Rule

KEYS = ("environment", "component")

TAKES_TAGS = frozenset(
    {
        "aws:acm/certificate:Certificate",
        "aws:cloudfront/anycastIpList:AnycastIpList",
        "aws:cloudfront/connectionFunction:ConnectionFunction",
        "aws:cloudfront/connectionGroup:ConnectionGroup",
        "aws:cloudfront/distribution:Distribution",
        "aws:cloudfront/distributionTenant:DistributionTenant",
        "aws:cloudfront/function:Function",
        "aws:cloudfront/keyValueStore:KeyValueStore",
        "aws:cloudfront/multitenantDistribution:MultitenantDistribution",
        "aws:cloudfront/trustStore:TrustStore",
        "aws:cloudfront/vpcOrigin:VpcOrigin",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/logDelivery:LogDelivery",
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        "aws:cloudwatch/logDeliverySource:LogDeliverySource",
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:codedeploy/application:Application",
        "aws:codedeploy/deploymentGroup:DeploymentGroup",
        "aws:dynamodb/table:Table",
        "aws:dynamodb/tableReplica:TableReplica",
        "aws:iam/policy:Policy",
        "aws:iam/role:Role",
        "aws:kms/key:Key",
        "aws:kms/replicaKey:ReplicaKey",
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "aws:lambda/function:Function",
        "aws:route53/healthCheck:HealthCheck",
        "aws:route53/zone:Zone",
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketObjectv2:BucketObjectv2",
        "aws:shield/protection:Protection",
        "aws:shield/protectionGroup:ProtectionGroup",
        "aws:sns/topic:Topic",
        "aws:sqs/queue:Queue",
        "aws:ssm/parameter:Parameter",
        "aws:synthetics/canary:Canary",
        "aws:wafv2/ipSet:IpSet",
        "aws:wafv2/webAcl:WebAcl",
    }
)
"""The types that a delivery platform is made of and whose schema has `tags` (AWS provider 7.51.1)."""


def _tags(resource: Resource, _: Stack) -> Iterator[str]:
    missing = [key for key in KEYS if not resource.told("tags", key)]
    if missing:
        yield f"it has no tag {' and no tag '.join(missing)}"


RULES = (
    Rule(
        name="tags",
        level="advisory",
        severity="low",
        description="Whatever takes tags has environment and component, which tell costs and alarms apart.",
        remediation="Pass tags to the component, or set them on all of the stack's resources at once",
        source='AWS Whitepaper "Best Practices for Tagging AWS Resources"',
        types=TAKES_TAGS,
        checks=(_tags,),
    ),
)
