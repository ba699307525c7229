"""The headers in which the distribution and its functions tell each other things."""

REGION_HEADER = "x-asset-edge-region"
"""In a request: the region that origin-request chose. In a response: the region that answered."""

ROLE_HEADER = "x-origin-role"
"""Custom header of the group's origins: `primary` for the first member, `replica` for the second."""
