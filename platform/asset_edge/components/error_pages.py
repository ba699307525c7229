"""What a viewer gets instead of an error, and how long CloudFront keeps an error."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asset_edge.components.choices import check_choice, check_range
from asset_edge.errors import ArgumentError

ERROR_CODES = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
"""Codes that can have a page (CloudFront Developer Guide, "Create a custom error page")."""

_UNCACHED = 416
_YEAR_SECONDS = 31_536_000


@dataclass(frozen=True, kw_only=True)
class ErrorPage:
    """What is answered for one status."""

    error_code: int
    """What the origin, or CloudFront itself, answered."""

    response_page_path: str | None = None
    """Path of an object to send instead, found through the behaviour that matches it; None: the origin's
    body.
    """

    response_code: int | None = None
    """The status it is sent with; None: the error's own."""

    error_caching_min_ttl_seconds: int = 1
    """How long the error is kept at least; an S3 origin's for 1 s even at 0."""

    def __post_init__(self) -> None:
        check_choice("error_code", self.error_code, ERROR_CODES)
        check_error_ttl(self.error_caching_min_ttl_seconds)
        if self.response_code is not None:
            check_choice("response_code", self.response_code, (200, *ERROR_CODES))
        if self.response_page_path is None and self.response_code is not None:
            raise ArgumentError(
                f"error {self.error_code} has response_code {self.response_code} but no response_page_path; "
                "CloudFront takes both or neither. Give a path"
            )
        if not (self.response_page_path or "/").startswith("/"):
            raise ArgumentError(
                f"response_page_path is {self.response_page_path!r}; it starts with a slash. Put one before "
                "it"
            )


def check_error_ttl(seconds: int) -> None:
    """Refuses an error lifetime that S3 origins cannot have."""
    check_range("error_caching_min_ttl_seconds", seconds, 1, _YEAR_SECONDS)


def inputs(pages: Sequence[ErrorPage], error_caching_min_ttl_seconds: int) -> list[dict[str, Any]]:
    """The error responses in the words of `aws.cloudfront.Distribution`, sorted by code.

    Codes without a page are kept as briefly too: CloudFront's own 10 s would make an object that has not
    replicated yet stay missing, and a region that is back stay lost.
    """
    given = {page.error_code: page for page in pages}
    if len(given) < len(pages):
        raise ArgumentError(
            f"error_pages names {sorted(page.error_code for page in pages)}; a code is there once. Drop one"
        )
    brief = {
        code: ErrorPage(error_code=code, error_caching_min_ttl_seconds=error_caching_min_ttl_seconds)
        for code in ERROR_CODES
        if code != _UNCACHED
    }
    return [_input(page) for _, page in sorted((brief | given).items())]


def _input(page: ErrorPage) -> dict[str, Any]:
    told: dict[str, Any] = {
        "error_code": page.error_code,
        "error_caching_min_ttl": page.error_caching_min_ttl_seconds,
    }
    if page.response_page_path is not None:
        told["response_page_path"] = page.response_page_path
        told["response_code"] = page.response_code or page.error_code
    return told
