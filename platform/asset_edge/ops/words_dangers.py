"""Which single values are dangerous to change though no sentence is written for them, and what they mean."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from asset_edge.ops.changes import Property
from asset_edge.ops.sentences import Risk
from asset_edge.ops.values import is_dark

_VERSION = re.compile(r":(\d+|\$LATEST)$")


def _any(_old: Any, _new: Any) -> bool:
    return True


def _is_there(_old: Any, new: Any) -> bool:
    return new is not None


def _is_on(_old: Any, new: Any) -> bool:
    """Dark values count: nobody can say that they are off."""
    return bool(new)


def _is_another(old: Any, new: Any) -> bool:
    """Another function, not another version of the same; what is known later is a version as a rule."""
    return not is_dark(new) and _VERSION.sub("", str(old)) != _VERSION.sub("", str(new))


@dataclass(frozen=True)
class _Danger:
    path: str
    """Matches the start of the value's path, up to a dot, a bracket or its end."""

    meaning: str
    risk: Risk = Risk.HIGH
    counts: Callable[[Any, Any], bool] = _any
    """Whether that change, from old to new, is one."""

    def fits(self, one: Property) -> bool:
        """Whether the value is this one and its change the dangerous one."""
        found = re.match(rf"(?:{self.path})(?=$|[.\[ ])", one.path)
        return found is not None and self.counts(one.old, one.new)


_ELEMENT = r"\[[^\]]*\]"
_BEHAVIOR = rf"(?:defaultCacheBehavior|orderedCacheBehaviors{_ELEMENT})"

_DANGERS: Mapping[str, tuple[_Danger, ...]] = {
    "aws:cloudfront/distribution:Distribution": (
        _Danger(
            r"orderedCacheBehaviors \(order\)", "the first pattern that fits decides, and it may be another"
        ),
        _Danger(rf"{_BEHAVIOR}\.targetOriginId", "requests would go to another origin"),
        _Danger(
            rf"{_BEHAVIOR}\.lambdaFunctionAssociations{_ELEMENT}\.lambdaArn",
            "another function would decide",
            counts=_is_another,
        ),
        _Danger(rf"{_BEHAVIOR}\.functionAssociations", "what runs at the edge would change"),
        _Danger(rf"{_BEHAVIOR}\.trusted(?:KeyGroups|Signers)", "who may sign URLs would change"),
        _Danger(
            rf"{_BEHAVIOR}\.(?:originRequestPolicyId|responseHeadersPolicyId|allowedMethods)",
            "what reaches the origin or the viewer would change",
            Risk.MEDIUM,
        ),
        _Danger(rf"origins{_ELEMENT}\.domainName", "requests would go to another place"),
        _Danger(
            rf"origins{_ELEMENT}\.(?:originAccessControlId|s3OriginConfig)",
            "CloudFront would ask the bucket otherwise, or as nobody",
        ),
        _Danger(rf"origins(?:{_ELEMENT})?$", "requests would go to other places"),
        _Danger("webAclId", "another web ACL, or none, would stand before it"),
        _Danger("viewerMtlsConfig", "which clients must show a certificate would change"),
        _Danger("viewerCertificate", "viewers would be shown another certificate", Risk.MEDIUM),
    ),
    "aws:cloudfront/originAccessControl:OriginAccessControl": (
        _Danger("signingBehavior", "whether CloudFront signs what it asks the bucket would change"),
    ),
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": (
        _Danger(
            r"corsConfig(?:$|\.accessControlAllow(?:Origins|Credentials))",
            "which web pages may read the answers would change",
        ),
        _Danger(
            r"securityHeadersConfig(?:$|\.strictTransportSecurity)", "browsers might ask without TLS again"
        ),
        _Danger("securityHeadersConfig", "what protects viewers in their browsers would change", Risk.MEDIUM),
    ),
    "aws:cloudwatch/eventRule:EventRule": (
        _Danger("(?:state|isEnabled|scheduleExpression)", "what it starts may start no more"),
    ),
    "aws:cloudwatch/logGroup:LogGroup": (
        _Danger("kmsKeyId", "logs would be encrypted with another key, or none"),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": (
        _Danger("(?:actionsEnabled|alarmActions)", "nobody may be told of an alarm"),
        _Danger(
            "(?:threshold|treatMissingData|comparisonOperator|metricName|namespace|dimensions|evaluationPeriods"
            "|datapointsToAlarm|period|statistic)",
            "the alarm, and a health check upon it, would judge otherwise",
            Risk.MEDIUM,
        ),
    ),
    "aws:dynamodb/table:Table": (
        _Danger("serverSideEncryption", "it would be encrypted with another key"),
        _Danger("stream(?:Enabled|ViewType)", "who follows its changes may see them no more", Risk.MEDIUM),
    ),
    "aws:iam/role:Role": (
        _Danger("(?:managedPolicyArns|inlinePolicies)", "what the role may do would change"),
        _Danger("permissionsBoundary", "what the role may do at most would change"),
    ),
    "aws:lambda/function:Function": (
        _Danger("role", "what its code may do would change"),
        _Danger("(?:handler|layers|runtime|imageUri)", "other code would run", Risk.MEDIUM),
    ),
    "aws:lambda/permission:Permission": (
        _Danger("(?:principal|sourceArn|sourceAccount|principalOrgId)", "who may call it would change"),
    ),
    "aws:route53/healthCheck:HealthCheck": (
        _Danger("disabled", "a check that is disabled says healthy, whatever is so", counts=_is_on),
        _Danger("invertHealthcheck", "what was healthy would be unhealthy"),
        _Danger(
            "(?:cloudwatchAlarmName|cloudwatchAlarmRegion|insufficientDataHealthStatus|fqdn|resourcePath|port"
            "|failureThreshold|regions|childHealthchecks|searchString)",
            "it would judge otherwise",
            Risk.MEDIUM,
        ),
    ),
    "aws:route53/record:Record": (
        _Danger("[a-zA-Z]+RoutingPolic(?:y|ies)", "who is sent where would change"),
        _Danger("(?:healthCheckId|type|setIdentifier)", "who is sent where may change", Risk.MEDIUM),
    ),
    "aws:s3/bucket:Bucket": (
        _Danger("(?:acl|grants|policy)", "who may read or write it would change"),
        _Danger("lifecycleRules", "how long objects are kept would change"),
        _Danger(
            "(?:versioning|objectLockConfiguration|serverSideEncryptionConfiguration)",
            "how objects are guarded would change",
        ),
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        _Danger(
            rf"rules{_ELEMENT}\.(?:filter|prefix)", "which objects are deleted or moved away would change"
        ),
        _Danger(
            rf"rules{_ELEMENT}\.(?:expiration|noncurrentVersionExpiration)",
            "which objects and versions are deleted would change",
        ),
        _Danger(
            rf"rules{_ELEMENT}\.(?:transitions?|noncurrentVersionTransitions?)",
            "objects could move where they are not read at once",
            counts=_is_there,
        ),
        _Danger(rf"rules{_ELEMENT}$", "objects could be deleted or moved away", counts=_is_there),
    ),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": (
        _Danger(rf"rules{_ELEMENT}\.(?:filter|destination\.bucket)", "what is copied where would change"),
        _Danger("role", "who copies would change", Risk.MEDIUM),
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        _Danger(
            rf"rules{_ELEMENT}\.applyServerSideEncryptionByDefault\.kmsMasterKeyId",
            "new objects would need another key to be read",
        ),
    ),
    "aws:wafv2/webAcl:WebAcl": (
        _Danger("defaultAction", "what happens to requests that no rule knows would change"),
        _Danger(
            rf"rules{_ELEMENT}\.(?:action|overrideAction)", "what the rule finds may be counted, not blocked"
        ),
        _Danger(r"rules \(order\)", "another rule may decide first"),
        _Danger(rf"rules{_ELEMENT}\.statement", "what the rule finds would change", Risk.MEDIUM),
    ),
}
"""By type. Of several that fit the first counts."""


def danger(resource_type: str, one: Property) -> tuple[Risk, str]:
    """How dangerous a value's change is, and what it means; low and nothing where nobody wrote it down."""
    for known in _DANGERS.get(resource_type, ()):
        if known.fits(one):
            return known.risk, known.meaning
    return Risk.LOW, ""
