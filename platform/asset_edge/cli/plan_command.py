"""`asset-edge plan`: what a stack would register, told to a person or written to a file."""

from pathlib import Path
from typing import Annotated

import typer

from asset_edge.cli import plan_policies, screen
from asset_edge.cli.plan_policies import Policies
from asset_edge.cli.program_options import Directory, Settings, overrides


def plan(
    stack: Annotated[str, typer.Argument(metavar="STACK", help="The stack: prod for Pulumi.prod.yaml.")],
    program: Directory = Path(),
    json: Annotated[
        Path | None, typer.Option("--json", metavar="F", help="Write the plan to this file as JSON instead.")
    ] = None,
    policies: Annotated[
        Policies,
        typer.Option(help="Refuse a plan that breaks a mandatory policy, only report it, or do not ask."),
    ] = Policies.enforce,
    config: Settings = None,
) -> None:
    """Show every resource of a stack, its inputs, what decides its fate and which policies it breaks.

    Needs no credentials. Exits 1 where a mandatory policy is broken, after the plan was told or written.
    """
    given = overrides(config)
    with screen.progress(f"planning {stack}"):
        from asset_edge.cli import listing  # noqa: PLC0415 - the SDK takes a second to load
        from asset_edge.localcloud import plan as plans  # noqa: PLC0415 - as above
        from asset_edge.localcloud.program import load  # noqa: PLC0415 - as above

        loaded = load(program, stack, given)
        document = plans.plan(loaded)
        if policies is not Policies.off:
            document = plan_policies.with_policies(document, loaded.config.values)
    found = document.get("policies", [])
    console = screen.out()
    if json is None:
        for line in listing.lines(document):
            console.print(line, soft_wrap=True)
    else:
        json.parent.mkdir(parents=True, exist_ok=True)
        json.write_text(plans.dumps(document), encoding="utf-8")
        console.print(f"{stack}: {len(document['resources'])} resources, written to {json}", soft_wrap=True)
    for line in plan_policies.lines(found):
        console.print(line, soft_wrap=True)
    if policies is Policies.enforce:
        plan_policies.refuse(stack, found)
