"""The one AWS endpoint: who answers which call. CloudFront and bucket policies are ours, the rest is moto's.

Every write passes here, so this is where something can start to follow one.
"""

import logging
import re
import sys
import threading
from collections.abc import Iterable
from http import HTTPStatus
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from asset_edge.emulator.messages import OriginRequest, OriginResponse, to_headers
from asset_edge.localcloud import cloudfront_api
from asset_edge.localcloud.bucketpolicies import BucketPolicies, asks_for_policy
from asset_edge.localcloud.clients import ACCOUNT_ID
from asset_edge.localcloud.cloudfront_api import CloudFrontApi

_LOG = logging.getLogger(__name__)
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/(?P<service>[^/]+)/aws4_request")
_QUALIFIED_ARN = re.compile(
    r"arn:aws:lambda:(?P<region>[^:]+):(?P<account>\d{12}):function:(?P<name>[^:]+):(?P<version>\d+)"
)
_OWNER = (
    "AWS4-HMAC-SHA256 Credential=AKIALOCALCLOUDEXAMPL/20200101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
)
_ROUTE53 = "/2013-04-01/"
"""How the address of every call of the Route 53 API begins."""

_MOTOS_OWN = frozenset(
    {
        "access-control-allow-origin",
        "server",
        "x-amzn-requestid",
        "x-amz-content-sha256",
        "x-amz-sdk-checksum-algorithm",
    }
)


class FunctionCode(NamedTuple):
    """A published version of a function."""

    name: str
    handler: str
    zip_bytes: bytes


class Front:
    """The endpoint as a WSGI application, with what stands behind it."""

    def __init__(self, account_id: str = ACCOUNT_ID) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self.cloudfront = CloudFrontApi(account_id)
        self.policies = BucketPolicies(lambda bucket: self.region_of(bucket) is not None)
        self.route53_writes = 0
        """Grows with every write to Route 53, so that whoever keeps an answer knows when it is stale."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers one call; a defect of ours or moto's is a 500 with the reason in our log."""
        request = Request(environ)
        try:
            answered: Iterable[bytes] = self._answer(request)(environ, start_response)
        except Exception:  # noqa: BLE001 - whatever it is, the caller is an AWS client
            _LOG.exception("%s %s failed", request.method, request.full_path)
            answered = Response("the local cloud failed; its log says how", status=500)(
                environ, start_response
            )
        return answered

    def region_of(self, bucket: str) -> str | None:
        """The region of a bucket; None where there is none of that name."""
        response = self._s3("HEAD", bucket, "/")
        return (
            response.headers.get("x-amz-bucket-region")
            if response.status_code < HTTPStatus.BAD_REQUEST
            else None
        )

    def function_code(self, qualified_arn: str) -> FunctionCode | None:
        """What was deployed under an ARN with a version; None where nothing was.

        moto gives no code away through its API, so this looks inside.
        """
        from moto.awslambda.exceptions import UnknownFunctionException  # noqa: PLC0415 - slow to load
        from moto.awslambda.models import lambda_backends  # noqa: PLC0415 - as above

        arn = _QUALIFIED_ARN.fullmatch(qualified_arn)
        if arn is None:
            return None
        try:
            found = lambda_backends[arn["account"]][arn["region"]].get_function(arn["name"], arn["version"])
        except UnknownFunctionException:
            return None
        return FunctionCode(found.function_name, str(found.handler), found.code_bytes)

    def close(self) -> None:
        """Forgets everything that was deployed; moto keeps it for the whole process."""
        moto_api_backend.reset()

    def object_store(self, bucket: str, request: OriginRequest) -> OriginResponse:
        """What the bucket's owner would be answered: whoever may ask has been decided before."""
        headers = {n: v[0]["value"] for n, v in request.headers.items() if n not in ("host", "authorization")}
        response = self._s3(request.method, bucket, request.target, headers, request.body)
        kept = {n: v for n, v in response.headers.items() if n.lower() not in _MOTOS_OWN}
        kept["Server"] = "AmazonS3"
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            kept.pop("Content-Type", None)  # moto's default, where S3 sends none
        return OriginResponse(status=response.status_code, headers=to_headers(kept), body=response.get_data())

    def _answer(self, request: Request) -> Any:
        if request.path.startswith(cloudfront_api.PATH):
            return self.cloudfront.answer(request)
        if _service(request) in ("s3", None) and asks_for_policy(request) and (bucket := _bucket(request)):
            return self.policies.answer(request, bucket)
        if request.path.startswith(_ROUTE53) and request.method != "GET":
            return self._route53_write
        return self._moto

    def _route53_write(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            return self._moto(environ, start_response)  # type: ignore[no-any-return]
        finally:
            self.route53_writes += 1

    def _s3(
        self, method: str, bucket: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Response:
        """A call of S3 as the owner, in path style: moto loses a leading double slash in the other."""
        path, _, query = target.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": f"/{bucket}{unquote_to_bytes(path).decode('latin-1')}",
            # moto takes the key from here: only this still tells `%2F` from a slash.
            "RAW_URI": f"/{bucket}{target}",
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_AUTHORIZATION": _OWNER,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        own = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
        told = {own.get(n) or f"HTTP_{n.upper().replace('-', '_')}": v for n, v in (headers or {}).items()}
        return Response.from_app(self._moto, environ | told, buffered=True)


class AwsEndpoint:
    """The front on a free port of `host`, until closed."""

    def __init__(self, front: Front, host: str) -> None:
        self._server = make_server(host, 0, front, threaded=True, request_handler=_Quiet)
        self.url = f"http://{host}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="aws", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stops answering and frees the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, ARG002 - as in the base class
        _LOG.debug(message, *args)


def _service(request: Request) -> str | None:
    found = _SCOPE.search(request.headers.get("Authorization", ""))
    return found["service"] if found else None


def _bucket(request: Request) -> str | None:
    """The bucket that an S3 call is about: in the host name, or first in the path."""
    virtual = re.match(r"(.+)\.s3[.-][a-z0-9-]*\.?amazonaws\.com", request.host)
    return virtual[1] if virtual else request.path.split("/")[1] or None
