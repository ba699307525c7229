"""The one AWS endpoint: who answers which call, and who is told of it.

CloudFront, health checks, changes of records, bucket policies, replicas of tables and what moto lacks or
keeps in part are ours, the rest is moto's. Every write of an object passes here, from whichever side it came,
so this is where whoever follows writes is told.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from asset_edge.emulator.messages import OriginRequest, OriginResponse, to_headers
from asset_edge.emulator.replication import Kind, ObjectWrite
from asset_edge.localcloud import cloudfront_api, conditional_reads, inner_calls, missing_calls
from asset_edge.localcloud.aws_api import RestApi
from asset_edge.localcloud.bucket_documents import BucketDocuments, is_about_documents, is_kept_too
from asset_edge.localcloud.bucketpolicies import BucketPolicies, asks_for_policy
from asset_edge.localcloud.certificates import issue_what_is_proven, looks_at_certificates
from asset_edge.localcloud.clients import ACCOUNT_ID
from asset_edge.localcloud.cloudfront_api import CloudFrontApi
from asset_edge.localcloud.credential_scope import region_of as region_asked
from asset_edge.localcloud.global_tables import GlobalTables, is_about_tables
from asset_edge.localcloud.health_checks_api import HealthChecksApi, is_about_health_checks
from asset_edge.localcloud.iam_calls import changes_iam
from asset_edge.localcloud.record_sets_api import RecordSetsApi, changes_record_sets
from asset_edge.localcloud.s3_calls import S3Call, in_path_style, s3_call, written

_LOG = logging.getLogger(__name__)
_FUNCTION_ARN = re.compile(
    r"arn:aws:lambda:(?P<region>[^:]+):(?P<account>\d{12}):function:(?P<name>[^:]+)"
    r"(?::(?P<version>\d+|\$LATEST))?"
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


Listener = Callable[[ObjectWrite], None]
"""Is told of a write before the caller is answered; it must not wait."""

StatusOf = Callable[[str, str, str], str | None]
"""What replication says of a version: bucket, key and version id to a status, or None."""


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
        self.health_checks = HealthChecksApi()
        self.tables = GlobalTables(self._moto, account_id)
        self._account_id = account_id
        self._record_sets = RecordSetsApi(account_id)
        self.regions: frozenset[str] = frozenset()
        """Every region that a call was signed for: where there may be anything."""

        self.policies = BucketPolicies(lambda bucket: self.region_of(bucket) is not None)
        self.documents = BucketDocuments(self.region_of, self.is_versioned)
        self._regions: dict[str, str] = {}
        self.replication_status: StatusOf = lambda _bucket, _key, _version_id: None
        self.writing = threading.RLock()
        """Held while an object is written and whoever listens is told; hold it to write in between."""
        self._listeners: tuple[Listener, ...] = ()
        self._shapes = {
            _ROUTE53: RestApi("route53", {}, unsupported_code="InvalidInput"),
            cloudfront_api.PATH: RestApi("cloudfront", {}, unsupported_code="InvalidArgument"),
        }
        self._s3_shapes = RestApi("s3", {}, unsupported_code="NotImplemented", malformed_code="MalformedXML")
        self.route53_writes = 0
        """Grows with every write to Route 53, so that whoever keeps an answer knows when it is stale."""

        self.iam_writes = 0
        """The same of IAM."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers one call; a defect of ours or moto's is a 500 with the reason in our log."""
        request = Request(environ)
        if (region := region_asked(request)) and region not in self.regions:
            self.regions |= {region}
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
        if bucket not in self._regions:
            response = self.s3("HEAD", bucket, "/")
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                return None
            self._regions[bucket] = response.headers["x-amz-bucket-region"]
        return self._regions.get(bucket)

    def name_zone(self, zone_id: str, own_id: str) -> None:
        """Gives a hosted zone another id."""
        self._record_sets.name_zone(zone_id, own_id)
        self.route53_writes += 1

    def is_versioned(self, bucket: str) -> bool:
        """Whether the bucket keeps a version of everything that is written."""
        return b">Enabled<" in self.s3("GET", bucket, "/?versioning").get_data()

    def on_s3_write(self, listener: Listener) -> Callable[[], None]:
        """Tells `listener` of every write to an object that succeeds; what is returned ends that."""
        self._listeners = (*self._listeners, listener)

        def end() -> None:
            self._listeners = tuple(told for told in self._listeners if told is not listener)

        return end

    def function_code(self, function_arn: str) -> FunctionCode | None:
        """What was deployed under an ARN, with a version or without; None where nothing was.

        moto gives no code away through its API, so this looks inside.
        """
        from moto.awslambda.exceptions import UnknownFunctionException  # noqa: PLC0415 - slow to load
        from moto.awslambda.models import lambda_backends  # noqa: PLC0415 - as above

        arn = _FUNCTION_ARN.fullmatch(function_arn)
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
        self.tables.forget()
        self._regions.clear()

    def object_store(self, bucket: str, request: OriginRequest) -> OriginResponse:
        """What the bucket's owner would be answered: whoever may ask has been decided before."""
        headers = {n: v[0]["value"] for n, v in request.headers.items() if n not in ("host", "authorization")}
        asked = _environ(request.method, bucket, request.target, headers, request.body)
        response = Response.from_app(self._answer(Request(asked)), asked, buffered=True)
        kept = {n: v for n, v in response.headers.items() if n.lower() not in _MOTOS_OWN}
        kept["Server"] = "AmazonS3"
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            kept.pop("Content-Type", None)  # moto's default, where S3 sends none
        return OriginResponse(status=response.status_code, headers=to_headers(kept), body=response.get_data())

    def s3(
        self, method: str, bucket: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Response:
        """A call of S3 as the owner, of which nobody is told: what S3 itself does."""
        return Response.from_app(
            self._moto, _environ(method, bucket, target, headers or {}, body), buffered=True
        )

    def _answer(self, request: Request) -> Any:
        if refused := self._malformed(request):
            return refused
        if request.path.startswith(cloudfront_api.PATH):
            return self.cloudfront.answer(request)
        if is_about_health_checks(request):
            return self.health_checks.answer(request)
        if request.path.startswith(_ROUTE53):
            return self._moto if request.method == "GET" else self._route53_write(request)
        if changes_iam(request):
            return self._iam_write
        call = s3_call(request)
        return self._by_target(request) if call is None else self._s3(request, call)

    def _by_target(self, request: Request) -> Any:
        """The rest is moto's, but for the calls that it lacks and what it does not know of certificates."""
        if is_about_tables(request):
            return self.tables.answer(request)
        if missing_calls.is_missing(request):
            return missing_calls.answer(request, self._account_id)
        if looks_at_certificates(request):
            issue_what_is_proven(request, self._account_id, self._record_sets.values)
        return self._moto

    def _malformed(self, request: Request) -> Response | None:
        """Our refusal of a body that is not the document its operation wants; moto only fails on one."""
        if request.method not in ("POST", "PUT") or _is_chunked(request):
            return None
        api = next((api for path, api in self._shapes.items() if request.path.startswith(path)), None)
        asked = request
        if api is None:
            call, api = s3_call(request), self._s3_shapes
            if call is None:
                return None
            asked = in_path_style(request, call)
        refused = api.malformed(asked)
        # Whoever answers reads the body once more.
        request.environ["wsgi.input"] = BytesIO(asked.get_data())
        return refused

    def _s3(self, request: Request, call: S3Call) -> Any:
        if not call.key and asks_for_policy(request):
            return self.policies.answer(request, call.bucket)
        if is_about_documents(call):
            return self.documents.answer(request, call)
        if request.method in ("GET", "HEAD"):
            conditional_reads.settle(request.environ, lambda: self._head(call))
            return self._with_status(call) if call.key else self._moto
        return self._s3_write(request, call)

    def _head(self, call: S3Call) -> Mapping[str, str]:
        """The headers of the object that a call reads, names in lower case."""
        version = call.query.get("versionId")
        target = f"/{quote(call.key)}" + (f"?versionId={version}" if version else "")
        return {name.lower(): value for name, value in self.s3("HEAD", call.bucket, target).headers}

    def _s3_write(self, request: Request, call: S3Call) -> Response:
        # The whole body first: nobody else writes while this one does.
        body = request.get_data()
        request.environ["wsgi.input"] = BytesIO(body)
        with self.writing:
            answer = Response.from_app(self._moto, request.environ, buffered=True)
            for key, kind, version_id in written(call, answer):
                self._tell(call.bucket, key, kind, version_id)
        if is_kept_too(call) and answer.status_code < HTTPStatus.BAD_REQUEST:
            request.environ["wsgi.input"] = BytesIO(body)
            self.documents.answer(request, call)
        if call.method == "DELETE" and not call.key and answer.status_code < HTTPStatus.BAD_REQUEST:
            self._bucket_deleted(call)
        return answer

    def _tell(self, bucket: str, key: str, kind: Kind, version_id: str | None) -> None:
        region = self.region_of(bucket) or ""
        told = ObjectWrite(region=region, bucket=bucket, key=key, kind=kind, version_id=version_id)
        for listener in self._listeners:
            listener(told)

    def _bucket_deleted(self, call: S3Call) -> None:
        """Drops what we keep of a bucket, unless only one of its documents was deleted."""
        self._regions.pop(call.bucket, None)
        if self.region_of(call.bucket) is None:
            self.documents.forget(call.bucket)
            self.policies.forget(call.bucket)

    def _with_status(self, call: S3Call) -> Any:
        """The answer about an object, with what replication says of the version."""

        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
                version_id = {name.lower(): value for name, value in headers}.get("x-amz-version-id")
                said = version_id and self.replication_status(call.bucket, call.key, version_id)
                more = [("x-amz-replication-status", said)] if said else []
                return start_response(status, [*headers, *more], *error)

            return self._moto(environ, start)  # type: ignore[no-any-return]

        return answer

    def _iam_write(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            return self._moto(environ, start_response)  # type: ignore[no-any-return]
        finally:
            self.iam_writes += 1

    def _route53_write(self, request: Request) -> Any:
        answering = self._record_sets.answer if changes_record_sets(request) else None

        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            try:
                app = answering(request) if answering else self._moto
                return app(environ, start_response)
            finally:
                self.route53_writes += 1

        return answer


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


def _is_chunked(request: Request) -> bool:
    """Whether the body is content in signed pieces; documents are never sent so."""
    return request.headers.get("x-amz-content-sha256", "").startswith("STREAMING-")


def _environ(
    method: str, bucket: str, target: str, headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    """A call of S3 as the owner, in path style: moto loses a leading double slash in the other."""
    path, _, query = target.partition("?")
    environ = inner_calls.environ(
        method,
        f"/{bucket}{unquote_to_bytes(path).decode('latin-1')}",
        body,
        query,
        # moto takes the key from here: only this still tells `%2F` from a slash.
        RAW_URI=f"/{bucket}{target}",
        HTTP_AUTHORIZATION=_OWNER,
    )
    own = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
    told = {own.get(n.lower()) or f"HTTP_{n.upper().replace('-', '_')}": v for n, v in headers.items()}
    return environ | told
