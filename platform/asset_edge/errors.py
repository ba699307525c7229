"""Every error this library raises on purpose, in one tree.

* AssetEdgeError
  + SettingsError        a stack file says something that cannot be true
  + ArgumentError        a component was given an argument that can never work (also a ValueError)
  + BundleError          a Lambda bundle cannot be made from what is installed
  + ProgramError         a Pulumi program cannot be read, or raised while it ran
  + Unsupported          a resource type or CloudFront feature that is not modelled
  + LimitExceeded        an edge function broke a quota or a header rule
  + LocalError           the local cloud or edge cannot start or go on
  + RegistryError        an entry of the asset registry cannot be as asked, or the registry refused
    - ConflictError      somebody else wrote the entry meanwhile

A message says what, the value, what is allowed, and what to do next.
"""


class AssetEdgeError(Exception):
    """The root: whatever we raise on purpose is one of these, and nothing else is."""


class SettingsError(AssetEdgeError):
    """A stack file says something that cannot be true; nothing has been registered."""


class ArgumentError(AssetEdgeError, ValueError):
    """A component was given an argument that can never work."""


class BundleError(AssetEdgeError):
    """A Lambda bundle cannot be made from what is installed and locked."""


class ProgramError(AssetEdgeError):
    """A Pulumi program cannot be read, or raised while it ran."""


class Unsupported(AssetEdgeError):  # noqa: N818 - the field's own word
    """Something the local cloud or edge does not model, by name."""


class LimitExceeded(AssetEdgeError):  # noqa: N818 - Lambda@Edge's own word
    """An edge function broke a quota or a header rule; CloudFront would answer 502."""

    def __init__(self, message: str, *, reason: str = "", row: object = None) -> None:
        super().__init__(message)
        self.reason = reason
        """What CloudFront's error page says."""
        self.row = row
        """The limit or rule that was broken."""


class LocalError(AssetEdgeError):
    """The local cloud or edge cannot start or go on."""


class RegistryError(AssetEdgeError):
    """An entry of the asset registry cannot be what it was asked to be, or the registry refused."""


class ConflictError(RegistryError):
    """Somebody else wrote the entry meanwhile; what they wrote stands."""
