"""Two buckets, a beacon, an edge function for each origin trigger and a distribution over an origin group."""

import json

import pulumi
import pulumi_aws as aws

REGIONS = ("eu-west-1", "us-east-1")
config = pulumi.Config()

zone = aws.route53.Zone("zone", name="pair.test")
aws.route53.Record(
    "beacon", name="eu-west-1.beacon", zone_id=zone.zone_id, type="A", ttl=5, records=["127.0.0.9"]
)
aws.route53.Record(
    "told", name="told", zone_id=zone.zone_id, type="TXT", ttl=5, records=[f'"{config.get("nameServers")}"']
)
buckets = {r: aws.s3.Bucket(f"bucket-{r}", bucket=f"pair-{r}", region=r) for r in REGIONS}
home = aws.s3.Bucket("home")
for region, bucket in buckets.items():
    # The function picks a bucket and signs nothing, so anybody may read.
    aws.s3.BucketPublicAccessBlock(region, bucket=bucket.bucket, restrict_public_buckets=False, region=region)
    anybody = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"]}
    resources = [f"arn:aws:s3:::pair-{region}", f"arn:aws:s3:::pair-{region}/*"]
    document = {"Version": "2012-10-17", "Statement": [{**anybody, "Resource": resources}]}
    aws.s3.BucketPolicy(region, bucket=bucket.bucket, policy=json.dumps(document), region=region)

role = aws.iam.Role("role", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": []}))
functions = {
    event: aws.lambda_.Function(
        event,
        region="us-east-1",
        role=role.arn,
        runtime="python3.13",
        handler=f"handlers.choose.{entry}",
        code=pulumi.FileArchive("function"),
        publish=True,
    )
    for event, entry in (("origin-request", "handler"), ("origin-response", "regional"))
}
access = aws.cloudfront.OriginAccessControl(
    "access", origin_access_control_origin_type="s3", signing_behavior="always", signing_protocol="sigv4"
)
distribution = aws.cloudfront.Distribution(
    "distribution",
    enabled=True,
    aliases=["www.pair.test"],
    price_class="PriceClass_100",
    origins=[
        {
            "origin_id": name,
            "domain_name": buckets[region].bucket_regional_domain_name,
            "origin_access_control_id": access.id,
            "custom_headers": [{"name": "x-origin-role", "value": name}],
        }
        for name, region in zip(("primary", "replica"), REGIONS, strict=True)
    ],
    origin_groups=[
        {
            "origin_id": "group",
            "failover_criteria": {"status_codes": [403, 404, 500, 502, 503, 504]},
            "members": [{"origin_id": "primary"}, {"origin_id": "replica"}],
        }
    ],
    default_cache_behavior={
        "target_origin_id": "group",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",  # nothing is cached
        "lambda_function_associations": [
            {"event_type": event, "lambda_arn": function.qualified_arn}
            for event, function in functions.items()
        ],
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"cloudfront_default_certificate": True},
)
aws.route53.Record(
    "www",
    name="www.pair.test",
    zone_id=zone.zone_id,
    type="A",
    aliases=[
        {
            "name": distribution.domain_name,
            "zone_id": distribution.hosted_zone_id,
            "evaluate_target_health": False,
        }
    ],
)
if config.get_bool("unhandled"):
    aws.cloudfront.VpcOrigin(
        "unhandled",
        vpc_origin_endpoint_config={
            "arn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/x/1",
            "http_port": 80,
            "https_port": 443,
            "name": "x",
            "origin_protocol_policy": "https-only",
            "origin_ssl_protocols": {"items": ["TLSv1.2"], "quantity": 1},
        },
    )
pulumi.export("domain", distribution.domain_name)
pulumi.export("home", home.bucket)
