"""A component: buckets and the policy of the first, which names it."""

import pulumi
import pulumi_aws as aws


class Shelf(pulumi.ComponentResource):
    first_arn: pulumi.Output[str]

    def __init__(
        self, name: str, copies: int, title: str, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("showcase:index:Shelf", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        buckets = [aws.s3.Bucket(f"{name}-{i}", tags={"title": title}, opts=child) for i in range(copies)]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": [pulumi.Output.concat(buckets[0].arn, "/*")],
        }
        document = {"Version": "2012-10-17", "Statement": [statement]}
        aws.s3.BucketPolicy(
            f"{name}-policy", bucket=buckets[0].id, policy=pulumi.Output.json_dumps(document), opts=child
        )
        self.first_arn = buckets[0].arn
        self.register_outputs({"first_arn": self.first_arn})
