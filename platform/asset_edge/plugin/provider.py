"""How the engine is answered: the schema on request, and each component built where it asks for one."""

import json
import sys
from typing import Any

import pulumi
from pulumi import provider

from asset_edge.errors import AssetEdgeError
from asset_edge.plugin import schema
from asset_edge.plugin.adapters import ADAPTERS, Adapter
from asset_edge.plugin.arguments import refusal
from asset_edge.plugin.shapes import camel_case


class AssetEdgeProvider(provider.Provider):
    """Serves the components of `ADAPTERS`.

    The SDK's own host of components reads arguments too, but drops names it does not know, and objects that
    hold a secret, without a word.
    """

    def __init__(self) -> None:
        super().__init__(schema.VERSION, json.dumps(schema.package()))

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Any,
        options: pulumi.ResourceOptions | None = None,
    ) -> provider.ConstructResult:
        """Builds one component; what it refuses comes back in its words, without a traceback."""
        adapter = _adapter(resource_type)
        try:
            component = adapter.build(name, inputs, options)
        except pulumi.InputPropertyError as error:
            raise refusal(f"{resource_type} {name}: {error.reason}", error) from error
        except AssetEdgeError as error:
            raise refusal(f"{resource_type} {name}: {error}") from error
        state = {camel_case(field): getattr(component, field) for field in schema.outputs(adapter)}
        return provider.ConstructResult(component.urn, state)


def _adapter(resource_type: str) -> Adapter:
    known = {adapter.token: adapter for adapter in ADAPTERS}
    if resource_type not in known:
        raise refusal(
            f"there is no component {resource_type}; this plugin has {', '.join(known)}. Use one of them"
        )
    return known[resource_type]


def serve() -> None:
    """Answers the engine whose address is on the command line, until it ends the process."""
    provider.main(AssetEdgeProvider(), sys.argv[1:])
