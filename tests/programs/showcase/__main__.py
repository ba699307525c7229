"""A program with one of everything a plan must tell."""

import pulumi
import pulumi_aws as aws
from parts.shelf import Shelf

config = pulumi.Config()
shelf = Shelf("shelf", config.require_int("copies"), config.require("title"))
role = aws.iam.Role("role", assume_role_policy=pulumi.Output.json_dumps({"Version": "2012-10-17"}))
aws.lambda_.Function(
    "function",
    role=role.arn,
    runtime="python3.13",
    handler="index.handler",
    timeout=3,
    region="us-east-1",
    code=pulumi.FileArchive("code"),
    environment={
        "variables": {"PASSWORD": config.require_secret("password"), "TITLE": config.require("title")}
    },
    opts=pulumi.ResourceOptions(
        protect=True,
        retain_on_delete=True,
        ignore_changes=["runtime", "handler"],
        delete_before_replace=True,
        aliases=[pulumi.Alias(name="old-function")],
    ),
)
aws.s3.BucketObjectv2("page", bucket="b", key="index.html", source=pulumi.StringAsset("<h1>hello</h1>"))
aws.ssm.Parameter("parameter", type="SecureString", value=config.require_secret("apiKey"))
print("the program talks")  # noqa: T201 - as programs do
pulumi.export("arn", shelf.first_arn)
pulumi.export("copies", config.require_int("copies"))
pulumi.export("password", config.require_secret("password"))
