"""A call from inside arrives as one from outside would."""

from wsgiref.validate import validator

from werkzeug.wrappers import Request, Response

from asset_edge.localcloud import inner_calls


@Request.application
def echo(request: Request) -> Response:
    told = [request.method, request.path, request.query_string.decode(), request.headers["X-A"]]
    return Response(" ".join(told) + " " + request.get_data(as_text=True), mimetype="text/plain")


def test_a_call_is_what_wsgi_asks_for_and_arrives_whole() -> None:
    asked = inner_calls.environ("PUT", "/a b", b"body", "c=d", HTTP_X_A="more", CONTENT_TYPE="a/a")
    answered = Response.from_app(validator(echo), asked, buffered=True)
    assert (answered.status_code, answered.get_data(as_text=True)) == (200, "PUT /a b c=d more body")


def test_what_is_said_besides_replaces_what_would_be_said() -> None:
    assert inner_calls.environ("GET", "/", b"", HTTP_HOST="a.example")["HTTP_HOST"] == "a.example"
    assert inner_calls.environ("GET", "/", b"12")["CONTENT_LENGTH"] == "2"
