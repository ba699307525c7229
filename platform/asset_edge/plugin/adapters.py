"""Which components other languages get, and how each is built of arguments that are plain data.

The list is explicit: a component is served when it stands here, under the token it has everywhere,
`asset-edge:index:<ClassName>`. Arguments are the fields of its dataclass; what is no plain data is left out
or told in another way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi

from asset_edge import bundle
from asset_edge.components.asset_distribution import AssetDistribution, AssetDistributionArgs
from asset_edge.components.asset_registry import AssetRegistry, AssetRegistryArgs
from asset_edge.components.edge_function import EdgeFunction, EdgeFunctionArgs
from asset_edge.components.log_bucket import LogBucket, LogBucketArgs
from asset_edge.components.replicated_bucket_pair import ReplicatedBucketPair, ReplicatedBucketPairArgs
from asset_edge.components.weighted_s3_origin import WeightedS3Origin, WeightedS3OriginArgs
from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge import config
from asset_edge.plugin.arguments import Reader, check_names, refused
from asset_edge.plugin.bucket_grant import BucketGrant, BucketGrantArgs
from asset_edge.plugin.shapes import BakedText, Property, properties

Fields = dict[str, Any]
"""Fields of a dataclass by name."""


@dataclass(frozen=True)
class Nothing:
    """No arguments besides the component's own."""


@dataclass(frozen=True, kw_only=True)
class CodeSource:
    """Where an edge function's code comes from: what `bundle.build` takes."""

    entry: str
    """The module whose `handler` Lambda calls, e.g. `handlers.edge.origin_request`, which comes with this
    package."""

    source: str | None = None
    """The folder of the entry's top package, absolute or from the Pulumi program's; none: this package's own
    handlers."""

    files: Mapping[str, BakedText] = field(default_factory=dict)
    """Files to add, text by name in the zip: `handlers/edge/config.json`, say. With a secret among them the
    code is kept out of plans and state, as with `holdsSecrets`."""

    include: Sequence[str] = ()
    """Top-level modules to bring that the code imports only if they are there."""


@dataclass(frozen=True, kw_only=True)
class EdgeConfigText:
    """What the behaviours' functions were baked with, as text."""

    edge_config: BakedText | None = None
    """The text of `handlers/edge/config.json` in the functions' bundles: whatever they decide by must then be
    in the cache keys. None: they decide by nothing but the path."""


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """One component, for callers that have nothing but plain data and outputs."""

    component: type[pulumi.ComponentResource]
    args: type[Any]
    """The component's own arguments."""

    left_out: frozenset[str] = frozenset()
    """Fields that are no plain data."""

    besides: type[Any] = Nothing
    """Arguments there are in their place."""

    complete: Callable[[Fields, Fields, Reader], Fields] = lambda fields, _besides, _reader: fields
    """The component's own fields, of both kinds of arguments."""

    @property
    def token(self) -> str:
        """The component's type: in every URN, so for ever."""
        return f"asset-edge:index:{self.component.__name__}"

    @property
    def properties(self) -> tuple[Property, ...]:
        """All arguments, the component's own first."""
        return (*properties(self.args, self.left_out), *properties(self.besides))

    def build(
        self, name: str, told: Mapping[str, Any], opts: pulumi.ResourceOptions | None
    ) -> pulumi.ComponentResource:
        """The component, built of what arrived.

        Raises InputPropertyError, ArgumentError or BundleError before anything is registered.
        """
        check_names(told, [each.name for each in self.properties], "")
        reader = Reader()
        extra = {each.name for each in properties(self.besides)}
        besides = reader.fields(self.besides, {k: v for k, v in told.items() if k in extra})
        own = {k: v for k, v in told.items() if k not in extra}
        fields = reader.fields(self.args, own, left_out=self.left_out)
        args = self.args(**self.complete(fields, besides, reader))
        build: Callable[..., pulumi.ComponentResource] = self.component
        return build(name, args, opts)


def _pair(fields: Fields, _besides: Fields, _reader: Reader) -> Fields:
    if fields.get("encryption") == "aws:kms" and not fields.get("existing_keys"):
        raise ArgumentError(
            "encryption is 'aws:kms' without existingKeys; the policy of a key that the pair makes is "
            "written by a method of the Python class, which cannot be called from here. Name your own keys"
        )
    return fields


def _bundled(fields: Fields, besides: Fields, reader: Reader) -> Fields:
    source = besides.pop("source", None)
    if source is not None:
        besides["source"] = Path(source).absolute()
    if reader.has_seen_secret:
        fields["holds_secrets"] = True
    made = bundle.build(**besides)
    return fields | {"bundle": made, "bundle_directory": _bundle_directory()}


def _probed(fields: Fields, _besides: Fields, _reader: Reader) -> Fields:
    return fields | {"bundle_directory": _bundle_directory()}


def _configured(fields: Fields, besides: Fields, reader: Reader) -> Fields:
    text = besides.get("edge_config")
    if text is None:
        return fields
    try:
        return fields | {"edge_config": config.loads(text)}
    except config.ConfigError as error:
        # A message shows the value that is wrong, and anything of a secret may be one.
        told = "it is secret, so not shown" if reader.has_seen_secret else str(error)
        raise refused("edgeConfig", f"is no configuration: {told}") from None


def _bundle_directory() -> Path:
    """Absolute: the engine, which reads the zips, need not be in the plugin's working directory."""
    return Path(".bundles").absolute()


ADAPTERS: tuple[Adapter, ...] = (
    Adapter(component=ReplicatedBucketPair, args=ReplicatedBucketPairArgs, complete=_pair),
    Adapter(component=BucketGrant, args=BucketGrantArgs),
    Adapter(
        component=WeightedS3Origin,
        args=WeightedS3OriginArgs,
        left_out=frozenset({"zone_provider", "bundle_directory"}),
        complete=_probed,
    ),
    Adapter(
        component=EdgeFunction,
        args=EdgeFunctionArgs,
        left_out=frozenset({"bundle", "bundle_directory"}),
        besides=CodeSource,
        complete=_bundled,
    ),
    Adapter(
        component=AssetDistribution,
        args=AssetDistributionArgs,
        left_out=frozenset({"zone_provider", "edge_config"}),
        besides=EdgeConfigText,
        complete=_configured,
    ),
    Adapter(component=AssetRegistry, args=AssetRegistryArgs),
    Adapter(component=LogBucket, args=LogBucketArgs),
)
"""All that is served."""
