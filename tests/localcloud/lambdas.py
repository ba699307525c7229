"""Functions as the AWS API knows them, for tests that never run one of them for real."""

import io
import zipfile
from typing import Any

from tests.localcloud.conftest import Cloud

ACCOUNT = "123456789012"


def function(cloud: Cloud, name: str = "probe", region: str = "eu-west-1") -> str:
    """The ARN of a new function."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "")
    cloud.client("iam").create_role(RoleName=f"{name}-{region}", AssumeRolePolicyDocument="{}")
    made = cloud.client("lambda", region).create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=f"arn:aws:iam::{ACCOUNT}:role/{name}-{region}",
        Handler="main.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    return str(made["FunctionArn"])


def permit(cloud: Cloud, arn: str, action: str, principal: str, **more: Any) -> None:
    """Adds a statement to the function's policy."""
    functions = cloud.client("lambda", arn.split(":")[3])
    sid = f"{action.rpartition(':')[2]}-{len(more)}"
    functions.add_permission(FunctionName=arn, StatementId=sid, Action=action, Principal=principal, **more)


def url(cloud: Cloud, arn: str, *, auth: str = "NONE", public: bool = True) -> str:
    """The host name of a new URL of the function, which everybody may call if it is public."""
    functions = cloud.client("lambda", arn.split(":")[3])
    made = functions.create_function_url_config(FunctionName=arn.rpartition(":")[2], AuthType=auth)
    if public:
        permit(cloud, arn, "lambda:InvokeFunctionUrl", "*", FunctionUrlAuthType="NONE")
        permit(cloud, arn, "lambda:InvokeFunction", "*", InvokedViaFunctionUrl=True)
    return str(made["FunctionUrl"]).removeprefix("https://").rstrip("/")


def rule(cloud: Cloud, arn: str, *, permitted: bool = True, region: str = "eu-west-1", **target: Any) -> str:
    """The ARN of a new rule that runs the function every minute."""
    events = cloud.client("events", region)
    made = str(events.put_rule(Name="tick", ScheduleExpression="rate(1 minute)")["RuleArn"])
    events.put_targets(Rule="tick", Targets=[{"Id": "probe", "Arn": arn} | target])
    if permitted:
        permit(cloud, arn, "lambda:InvokeFunction", "events.amazonaws.com", SourceArn=made)
    return made
