"""One distribution, with a policy of its own, in front of whatever listens on this machine."""

import pulumi
import pulumi_aws as aws

port = pulumi.Config().require_int("originPort")
policy = aws.cloudfront.CachePolicy(
    "short",
    min_ttl=0,
    default_ttl=60,
    max_ttl=120,
    parameters_in_cache_key_and_forwarded_to_origin={
        "headers_config": {"header_behavior": "none"},
        "cookies_config": {"cookie_behavior": "none"},
        "query_strings_config": {"query_string_behavior": "whitelist", "query_strings": {"items": ["size"]}},
    },
)
aws.cloudfront.Distribution(
    "shop",
    enabled=True,
    origins=[
        {
            "origin_id": "app",
            "domain_name": "localhost",
            "custom_origin_config": {
                "http_port": port,
                "https_port": 443,
                "origin_protocol_policy": "http-only",
                "origin_ssl_protocols": ["TLSv1.2"],
            },
        }
    ],
    default_cache_behavior={
        "target_origin_id": "app",
        "viewer_protocol_policy": "allow-all",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": policy.id,
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"cloudfront_default_certificate": True},
)
