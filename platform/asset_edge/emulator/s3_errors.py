"""How S3 says no: a status, a code and a sentence, as the XML that clients read.

Source: Amazon S3 API Reference, "Error Responses".
"""

from xml.sax.saxutils import escape

from asset_edge.emulator.messages import OriginResponse, to_headers


class S3Error(Exception):
    """S3 refuses a request."""

    def __init__(self, status: int, code: str, why: str, **more: str) -> None:
        """`more` are further elements of the answer, by name."""
        super().__init__(f"{code}: {why}")
        self.status = status
        self.code = code
        self.elements = {"Code": code, "Message": why, **more}

    def response(self, method: str = "GET") -> OriginResponse:
        """The answer; one to HEAD has no body."""
        told = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in self.elements.items())
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{told}</Error>'
        return OriginResponse(
            status=self.status,
            headers=to_headers({"Content-Type": "application/xml", "Server": "AmazonS3"}),
            body=b"" if method == "HEAD" else body.encode(),
        )


def denied(why: str, **more: str) -> S3Error:
    """403 AccessDenied."""
    return S3Error(403, "AccessDenied", why, **more)
