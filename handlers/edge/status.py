"""What the status of an asset gives a viewer: the asset, or an answer without a reason.

| registry says         | `off`  | `preparing` | `unpublished` | `all` |
|-----------------------|--------|-------------|---------------|-------|
| published             | served | served      | served        | token |
| draft                 | 404    | served      | token         | token |
| embargoed             | 403    | token       | token         | token |
| archived              | 410    | 410         | 410           | token, then 410 |
| nothing, `serve`      | served | served      | token         | token |
| nothing, `refuse`     | 404    | 404         | token, then 404 | token, then 404 |
| cannot be reached     | served | served      | token         | token |

"token" is 403 for whoever has none. The last row is the rule that a registry which is slow, dead or wrong
neither takes public assets down nor opens protected ones: an asset that must never be served while the
registry is away belongs under a path with `unpublished` or `all`.
"""

from __future__ import annotations

from .registry_rows import MISSING, NoRow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config import EmbargoMode, Unknown
    from .registry_rows import Row

FORBIDDEN, NOT_FOUND, GONE = "403", "404", "410"


def decide(mode: EmbargoMode, found: Row | NoRow, entitled: bool, unknown: Unknown) -> str | None:
    """The HTTP status of a refusal; None: the request goes on. Never raises.

    `entitled` is whether a token opened the asset. Under `off` nobody is: no token is read there.
    """
    entitled = entitled and mode != "off"
    status = None if isinstance(found, NoRow) else found.status
    if mode == "all" and not entitled:
        return FORBIDDEN
    if status == "archived":
        return GONE
    if not entitled and (status == "embargoed" or (mode == "unpublished" and status != "published")):
        return FORBIDDEN
    is_draft = status == "draft" and mode == "off"
    is_unknown = found is MISSING and unknown == "refuse"
    return NOT_FOUND if is_draft or is_unknown else None
