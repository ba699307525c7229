"""The headers in which the distribution and its functions tell each other things."""

REGION_HEADER = "x-asset-edge-region"
"""In a request: the region that origin-request chose. In a response: the region that answered."""

ROLE_HEADER = "x-origin-role"
"""Custom header of the group's origins: `primary` for the first member, `replica` for the second."""

GRANT_HEADER = "x-asset-edge-grant"
"""Written by viewer-request over whatever a viewer sends: what a token opened, or `none`. In the cache key of
every behaviour that may hold embargoed assets."""

LANGUAGE_HEADER = "x-asset-edge-language"
"""Written by viewer-request over whatever a viewer sends: the language the viewer prefers of those a library
has. In the cache key of every behaviour with languages."""

COUNTRY_HEADER = "cloudfront-viewer-country"
"""Written by CloudFront, after viewer-request and only where a policy names it."""

RULE_HEADER = "x-asset-edge-rule"
"""Note of origin-request for origin-response: the cache rule that the registry names."""

TAGS_HEADER = "x-asset-edge-tags"
"""Note of origin-request for origin-response: the asset's cache tags, with commas between them."""

TRACE_HEADER = "x-asset-edge-trace"
"""Note of origin-request for origin-response: the decisions, as the description in Server-Timing."""

PATH_HEADER = "x-asset-edge-path"
"""Note of origin-request: the path as it was asked for, where a library's path goes to the origin."""

NOTES = frozenset({REGION_HEADER, PATH_HEADER, RULE_HEADER, TAGS_HEADER, TRACE_HEADER})
"""What origin-request notes for later, never taken from a viewer."""
