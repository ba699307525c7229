"""Whether an origin group asks for the second time, and which region was tried before.

CloudFront runs origin-request again for the group's second member and shows that member's origin. Whether
what the first run changed is still there is not documented, so either trace must do: the role in the
origin's own custom headers, or the region that the first run noted in a request header.

A viewer can write neither trace. Custom headers belong to the origin in the distribution. A request header
could be a viewer's where a policy forwards it, so a note counts only beside something that no viewer can
write: the second member's role, or an origin that the first run had rewritten to the noted region's bucket.
Where the origins have no role the note alone must do; a distribution of ours always gives them one.
"""

from __future__ import annotations

from .events import header, origin_domain_name, origin_header
from .own_headers import REGION_HEADER, ROLE_HEADER
from .routing import UNNOTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config import EdgeConfig
    from .event_types import Request


def tried(request: Request, config: EdgeConfig) -> str | None:
    """As `routing.choose` takes it: None in a first run, else the noted region or `UNNOTED`."""
    role = origin_header(request, ROLE_HEADER)
    if role == "primary" and "custom" not in request["origin"]:
        return None
    domain_names = {bucket.region: bucket.domain_name for bucket in config.buckets}
    noted = header(request, REGION_HEADER) or ""
    if noted not in domain_names:
        return UNNOTED if role == "replica" else None
    # What the first run rewrites is a custom origin, which the declared ones are not.
    rewritten = origin_domain_name(request) == domain_names[noted]
    return noted if role in {"replica", None} or rewritten else None
