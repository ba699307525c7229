"""The life of every type but S3's and CloudFront's: what is declared first, and then."""

from tests.localcloud.lives import (
    CODE,
    REGION,
    ROLE_ARN,
    Life,
    document,
    trust,
    with_both_ends,
    with_function,
    with_named_destination,
    with_proven_certificate,
    with_role,
    with_rule,
    with_zone,
)

TAGS = {"stage": "test", "Name": "it"}
OTHER_TAGS = {"Name": "it too"}
TOPIC = "arn:aws:sns:eu-west-1:123456789012:told"
VISIBILITY = {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": False}
BLOCKED_COUNTRIES = {
    "name": "elsewhere",
    "priority": 1,
    "action": {"block": {"customResponse": {"responseCode": 451, "customResponseBodyKey": "no"}}},
    "statement": {"notStatement": {"statements": [{"geoMatchStatement": {"countryCodes": ["DE"]}}]}},
    "visibilityConfig": VISIBILITY,
}
MANAGED = {
    "name": "managed",
    "priority": 0,
    "overrideAction": {"none": {}},
    "statement": {"managedRuleGroupStatement": {"name": "AWSManagedRulesCommonRuleSet", "vendorName": "AWS"}},
    "visibilityConfig": VISIBILITY,
}


FUNCTION = {
    "name": "choose",
    "role": ROLE_ARN,
    "runtime": "python3.13",
    "handler": "main.handler",
    "code": CODE,
    "publish": True,
}
ALARM = {
    "name": "readable",
    "comparisonOperator": "LessThanThreshold",
    "evaluationPeriods": 2,
    "threshold": 1,
}
OF_A_METRIC = {"metricName": "m", "namespace": "n", "period": 60, "statistic": "Minimum"}
TABLE = {
    "name": "assets",
    "hashKey": "key",
    "attributes": [{"name": "key", "type": "S"}],
    "billingMode": "PAY_PER_REQUEST",
}
RECORD = {"name": "a.example.test", "type": "A", "ttl": 5, "records": ["192.0.2.1"]}

LIVES: dict[str, Life] = {
    "acm/certificate:Certificate": Life(
        {
            "domainName": "a.test",
            "subjectAlternativeNames": ["*.a.test", "0.test"],
            "validationMethod": "DNS",
            "tags": TAGS,
        },
        {
            "domainName": "a.test",
            "subjectAlternativeNames": ["*.a.test", "0.test"],
            "validationMethod": "DNS",
            "tags": OTHER_TAGS,
        },
        region="us-east-1",
    ),
    "acm/certificateValidation:CertificateValidation": Life(
        {"validationRecordFqdns": ["a.example.test"]},
        None,
        around=with_proven_certificate,
        region="us-east-1",
        stays=True,
    ),
    "cloudwatch/eventRule:EventRule": Life(
        {"name": "often", "scheduleExpression": "rate(1 minute)", "description": "d", "tags": TAGS},
        {"name": "often", "scheduleExpression": "rate(2 minutes)", "state": "DISABLED", "tags": OTHER_TAGS},
    ),
    "cloudwatch/eventTarget:EventTarget": Life(
        {
            "rule": "often-run",
            "targetId": "t-1",
            "arn": "arn:aws:lambda:eu-west-1:123456789012:function:f",
            "retryPolicy": {"maximumEventAgeInSeconds": 60, "maximumRetryAttempts": 0},
        },
        {
            "rule": "often-run",
            "targetId": "t-1",
            "arn": "arn:aws:lambda:eu-west-1:123456789012:function:g",
            "inputTransformer": {"inputPaths": {"when": "$.time"}, "inputTemplate": "<when>"},
            "deadLetterConfig": {"arn": "arn:aws:sqs:eu-west-1:123456789012:dead"},
        },
        around=with_rule,
    ),
    "cloudwatch/logDelivery:LogDelivery": Life(
        {
            "deliverySourceName": "here",
            "recordFields": ["date", "time"],
            "s3DeliveryConfigurations": [{"suffixPath": "{yyyy}", "enableHiveCompatiblePath": False}],
            "tags": TAGS,
        },
        {
            "deliverySourceName": "here",
            "recordFields": ["date"],
            "fieldDelimiter": ";",
            "s3DeliveryConfigurations": [{"suffixPath": "{MM}", "enableHiveCompatiblePath": True}],
        },
        around=with_both_ends,
        region="us-east-1",
    ),
    "cloudwatch/logDeliveryDestination:LogDeliveryDestination": Life(
        {
            "name": "d",
            "outputFormat": "json",
            "deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::a"},
            "tags": TAGS,
        },
        {
            "name": "d",
            "outputFormat": "json",
            "deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::b/cloudfront"},
            "tags": OTHER_TAGS,
        },
        region="us-east-1",
    ),
    "cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy": Life(
        {"deliveryDestinationName": "there", "deliveryDestinationPolicy": document("logs:CreateDelivery")},
        {"deliveryDestinationName": "there", "deliveryDestinationPolicy": document("logs:*")},
        around=with_named_destination,
        region="us-east-1",
    ),
    "cloudwatch/logDeliverySource:LogDeliverySource": Life(
        {
            "name": "s",
            "logType": "ACCESS_LOGS",
            "resourceArn": "arn:aws:cloudfront::123456789012:distribution/E1",
            "tags": TAGS,
        },
        {
            "name": "s",
            "logType": "ACCESS_LOGS",
            "resourceArn": "arn:aws:cloudfront::123456789012:distribution/E1",
            "tags": OTHER_TAGS,
        },
        region="us-east-1",
    ),
    "cloudwatch/logGroup:LogGroup": Life(
        {"name": "/a/b", "retentionInDays": 30, "tags": TAGS},
        {"name": "/a/b", "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/k", "tags": OTHER_TAGS},
    ),
    "cloudwatch/metricAlarm:MetricAlarm": Life(
        {
            **ALARM,
            **OF_A_METRIC,
            "dimensions": {"Region": REGION},
            "treatMissingData": "breaching",
            "alarmActions": [TOPIC],
            "tags": TAGS,
        },
        {
            **ALARM,
            "threshold": 0.5,
            "metricQueries": [
                {"id": "all", "expression": "a + 1", "label": "sum", "returnData": True},
                {
                    "id": "a",
                    "returnData": False,
                    "metric": {
                        "metricName": "m",
                        "namespace": "n",
                        "period": 60,
                        "stat": "Sum",
                        "dimensions": {"region": "x"},
                    },
                },
            ],
            "tags": OTHER_TAGS,
        },
    ),
    "dynamodb/table:Table": Life(
        {
            **TABLE,
            "streamEnabled": True,
            "streamViewType": "NEW_AND_OLD_IMAGES",
            "ttl": {"enabled": True, "attributeName": "expiresAt"},
            "pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 7},
            "serverSideEncryption": {"enabled": True},
            "deletionProtectionEnabled": True,
            "replicas": [
                {
                    "regionName": "us-east-1",
                    "pointInTimeRecovery": True,
                    "deletionProtectionEnabled": False,
                    "propagateTags": True,
                },
                {
                    "regionName": "ap-southeast-2",
                    "pointInTimeRecovery": False,
                    "deletionProtectionEnabled": False,
                },
            ],
            "tags": TAGS,
        },
        {
            **TABLE,
            "billingMode": "PROVISIONED",
            "readCapacity": 2,
            "writeCapacity": 1,
            "streamEnabled": True,
            "streamViewType": "NEW_AND_OLD_IMAGES",
            "serverSideEncryption": {"enabled": True, "kmsKeyArn": "arn:aws:kms:eu-west-1:1:key/k"},
            "deletionProtectionEnabled": False,
            "replicas": [
                {
                    "regionName": "eu-central-1",
                    "pointInTimeRecovery": True,
                    "deletionProtectionEnabled": False,
                    "kmsKeyArn": "arn:aws:kms:eu-central-1:1:key/k",
                    "propagateTags": True,
                }
            ],
            "tags": OTHER_TAGS,
        },
        untold=("replicas",),
    ),
    "iam/role:Role": Life(
        {
            "name": "r",
            "path": "/edge/",
            "assumeRolePolicy": trust("lambda.amazonaws.com"),
            "description": "d",
            "maxSessionDuration": 7200,
            "permissionsBoundary": "arn:aws:iam::123456789012:policy/b",
            "tags": TAGS,
        },
        {"name": "r", "path": "/edge/", "assumeRolePolicy": trust("s3.amazonaws.com"), "tags": OTHER_TAGS},
    ),
    "iam/rolePolicy:RolePolicy": Life(
        {"role": "runs", "name": "p", "policy": document("s3:GetObject")},
        {"role": "runs", "name": "p", "policy": document("s3:*")},
        around=with_role,
    ),
    "lambda/function:Function": Life(
        {
            **FUNCTION,
            "architectures": ["x86_64"],
            "description": "d",
            "environment": {"variables": {"lower": "case", "UPPER": "CASE"}},
            "ephemeralStorage": {"size": 1024},
            "loggingConfig": {"logFormat": "JSON", "applicationLogLevel": "INFO"},
            "memorySize": 256,
            "timeout": 5,
            "tracingConfig": {"mode": "Active"},
            "reservedConcurrentExecutions": 3,
            "deadLetterConfig": {"targetArn": "arn:aws:sqs:eu-west-1:123456789012:dead"},
            "tags": {"lower": "case"},
        },
        {
            **FUNCTION,
            "architectures": ["x86_64"],
            "runtime": "python3.14",
            "handler": "other.handler",
            "memorySize": 512,
            "timeout": 7,
            "tags": OTHER_TAGS,
        },
        around=with_role,
        untold=("code", "deadLetterConfig", "loggingConfig", "publish"),
    ),
    "lambda/functionUrl:FunctionUrl": Life(
        {"functionName": "probe", "authorizationType": "NONE", "cors": {"allowOrigins": ["*"], "maxAge": 3}},
        {"functionName": "probe", "authorizationType": "AWS_IAM"},
        around=with_function,
    ),
    "lambda/permission:Permission": Life(
        {
            "function": "probe",
            "statementId": "s",
            "action": "lambda:InvokeFunction",
            "principal": "events.amazonaws.com",
            "sourceArn": "arn:aws:events:eu-west-1:123456789012:rule/often",
        },
        None,
        around=with_function,
    ),
    "route53/healthCheck:HealthCheck": Life(
        {
            "type": "HTTPS",
            "fqdn": "a.test",
            "port": 443,
            "resourcePath": "/p",
            "requestInterval": 10,
            "failureThreshold": 2,
            "invertHealthcheck": True,
            "disabled": True,
            "tags": TAGS,
        },
        {
            "type": "HTTPS",
            "ipAddress": "192.0.2.1",
            "fqdn": "b.test",
            "port": 8443,
            "requestInterval": 10,
            "failureThreshold": 3,
            "tags": OTHER_TAGS,
        },
    ),
    "route53/record:Record": Life(
        {**RECORD, "setIdentifier": "one", "weightedRoutingPolicies": [{"weight": 1}]},
        {
            "name": "a.example.test",
            "type": "A",
            "setIdentifier": "one",
            "weightedRoutingPolicies": [{"weight": 0}],
            "aliases": [
                {"name": "d1.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": True}
            ],
        },
        around=with_zone,
        untold=("type", "setIdentifier"),
    ),
    "route53/zone:Zone": Life(
        {"name": "other.test", "comment": "c", "tags": TAGS},
        {"name": "other.test", "comment": "d", "tags": OTHER_TAGS},
    ),
    "wafv2/webAcl:WebAcl": Life(
        {
            "name": "w",
            "scope": "CLOUDFRONT",
            "description": "d",
            "defaultAction": {"allow": {}},
            "customResponseBodies": [{"key": "no", "content": "no", "contentType": "TEXT_PLAIN"}],
            "rules": [MANAGED, BLOCKED_COUNTRIES],
            "visibilityConfig": VISIBILITY,
            "tags": TAGS,
        },
        {
            "name": "w",
            "scope": "CLOUDFRONT",
            "description": "d",
            "defaultAction": {"block": {}},
            "rules": [MANAGED],
            "visibilityConfig": VISIBILITY | {"metricName": "other"},
            "tags": OTHER_TAGS,
        },
        region="us-east-1",
    ),
}
