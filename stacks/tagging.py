"""Which tags everything of a stack carries: its environment, and the component that it is a part of."""

from collections.abc import Mapping
from typing import Any

import pulumi

ENVIRONMENT = "environment"
COMPONENT = "component"

_STACK_TYPE = "pulumi:pulumi:Stack"


def tag_everything(environment: str) -> None:
    """From now on whatever the stack registers and takes tags has these two, besides its own.

    One place for all components: a tag that each would have to pass on is soon forgotten by one. The embedded
    engine and the CLI both run this kind of transformation, because the SDK does, in the program's process.
    """

    def tagged(
        args: pulumi.ResourceTransformationArgs,
    ) -> pulumi.ResourceTransformationResult | None:
        if "tags" not in args.props:
            return None
        tags = {ENVIRONMENT: environment, COMPONENT: _component(args)}
        props = {**args.props, "tags": _over(tags, args.props["tags"])}
        return pulumi.ResourceTransformationResult(props=props, opts=args.opts)

    pulumi.runtime.register_stack_transformation(tagged)


def _component(args: pulumi.ResourceTransformationArgs) -> str:
    """The name of the component that holds it; its own, where the stack itself does."""
    parent = args.opts.parent
    if parent is None or parent.pulumi_resource_type == _STACK_TYPE:
        return args.name
    return str(parent.pulumi_resource_name)


def _over(tags: Mapping[str, str], own: Any) -> Any:
    """The tags with those that the resource has already over them; the latter may be an output."""
    if own is None or isinstance(own, Mapping):
        return {**tags, **(own or {})}
    return pulumi.Output.from_input(own).apply(lambda known: {**tags, **(known or {})})
