"""`asset-edge asset put / show / archive / restore`: what the registry says of an asset."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from asset_edge.cli import screen
from asset_edge.errors import RegistryError

if TYPE_CHECKING:
    from asset_edge.registry import AssetRegistry, Entry

asset_app = typer.Typer(name="asset", help="What the registry says of assets.", no_args_is_help=True)

Key = Annotated[
    str, typer.Argument(metavar="KEY", help="The object key: a URL's path without its first slash.")
]
Table = Annotated[str, typer.Option(help="The registry's table.")]
Region = Annotated[
    str | None, typer.Option(help="Region of the replica that is asked; boto3's own unless given.")
]
EndpointUrl = Annotated[
    str | None, typer.Option(metavar="URL", help="Another endpoint than AWS's, such as the local cloud's.")
]
AsJson = Annotated[bool, typer.Option("--json", help="The entry as JSON.")]


@asset_app.callback()
def _asset() -> None:
    """What the registry says of assets."""


@asset_app.command()
def put(
    key: Key,
    *,
    table: Table,
    status: Annotated[
        str, typer.Option(help="draft, published, archived (410) or embargoed (needs a token).")
    ] = "published",
    country: Annotated[
        list[str] | None, typer.Option(help="Where it may be seen, such as DE; repeatable.")
    ] = None,
    library: Annotated[list[str] | None, typer.Option(help="A library that has it; repeatable.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="A language it is in; repeatable.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A cache tag; repeatable.")] = None,
    cache_rule: Annotated[str | None, typer.Option(help="The cache rule that holds for it.")] = None,
    content_type: Annotated[str | None, typer.Option(help="What it is, such as image/jpeg.")] = None,
    expires_at: Annotated[
        int | None, typer.Option(metavar="SECONDS", help="Epoch seconds after which the entry is gone.")
    ] = None,
    expected_version: Annotated[
        int | None,
        typer.Option(min=0, help="Write only over this version; 0: only where there is no entry."),
    ] = None,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    as_json: AsJson = False,
) -> None:
    """Write an entry, over whatever there was."""
    from asset_edge.registry import Entry  # noqa: PLC0415 - loads what the help does not need

    entry = Entry(
        key=_object_key(key),
        status=status,
        countries=country or (),
        libraries=library or (),
        languages=language or (),
        tags=tag or (),
        cache_rule=cache_rule,
        content_type=content_type,
        expires_at=expires_at,
    )
    registry = _registry(table, region, endpoint_url)
    _show(registry.put(entry, expected_version=expected_version), as_json=as_json)


@asset_app.command()
def show(
    key: Key,
    *,
    table: Table,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show an entry."""
    found = _registry(table, region, endpoint_url).show(_object_key(key))
    if found is None:
        raise RegistryError(f"{key!r} is not in table {table}; name an asset that is, or put it")
    _show(found, as_json=as_json)


@asset_app.command()
def archive(
    key: Key,
    *,
    table: Table,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    as_json: AsJson = False,
) -> None:
    """Take an asset down: the edge answers 410 once it asks again."""
    _show(_registry(table, region, endpoint_url).archive(_object_key(key)), as_json=as_json)


@asset_app.command()
def restore(
    key: Key,
    *,
    table: Table,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    as_json: AsJson = False,
) -> None:
    """Publish an archived asset again."""
    _show(_registry(table, region, endpoint_url).restore(_object_key(key)), as_json=as_json)


def _object_key(key: str) -> str:
    """The key itself. What begins with a slash is nearly always a path, under which nothing is found."""
    if key.startswith("/"):
        raise typer.BadParameter(f"{key!r} is a path; its key is {key.lstrip('/')!r}", param_hint="KEY")
    return key


def _registry(table: str, region: str | None, endpoint_url: str | None) -> "AssetRegistry":
    with screen.progress("connecting"):
        from asset_edge.registry import connect  # noqa: PLC0415 - as above

        return connect(table, region=region, endpoint_url=endpoint_url)


def _show(entry: "Entry", *, as_json: bool) -> None:
    from asset_edge.registry import told  # noqa: PLC0415 - as above

    facts = told(entry)
    if as_json:
        print(json.dumps(facts, sort_keys=True))
        return
    console = screen.out()
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        console.print(f"{name:>{width}}  {_text(value)}", soft_wrap=True)


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
