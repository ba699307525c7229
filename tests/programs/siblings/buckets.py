import pulumi_aws as aws

BUCKETS = {name: aws.s3.Bucket(name) for name in ("left", "right")}
