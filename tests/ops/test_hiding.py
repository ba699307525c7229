"""A secret is shown nowhere: not in a name, an address, a reason, a policy, a diagnostic, however written."""

import html
import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from asset_edge.ops import comment, judging, plan_changes, preview_changes, verdict_text
from asset_edge.ops.changes import Changes
from tests.ops.plans import document, resource

SECRET = 's3cr/et+"v&l ue'
FORMS = {
    "plain": SECRET,
    "in an address": quote(SECRET, safe=""),
    "in a path": quote(SECRET),
    "in a query": quote_plus(SECRET),
    "in JSON": json.dumps(SECRET)[1:-1],
    "in markup": html.escape(SECRET),
    "in base64": b64encode(SECRET.encode()).decode(),
}
MARKED = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "plaintext": json.dumps(SECRET),
}
HOME = "urn:pulumi:prod::asset-edge::"
KIND = "aws:ssm/parameter:Parameter"


def state(form: str, **inputs: Any) -> dict[str, Any]:
    return {"urn": f"{HOME}{KIND}::n-{form}", "type": KIND, "custom": True, "inputs": inputs, "parent": form}


def preview(form: str) -> Changes:
    step = {
        "op": "replace",
        "urn": f"{HOME}{KIND}::n-{form}",
        "oldState": state(form, value=MARKED),
        "newState": state(form, value=MARKED, url=f"https://h/?key={form}", tags={form: "v"}),
        "replaceReasons": [f"tags.{form}"],
        "diffReasons": [form],
        "detailedDiff": {f"tags.{form}": {"kind": "add-replace"}},
    }
    told = {"message": f"says {form}", "urn": f"{HOME}a:b:C::{form}"}
    return preview_changes.of_preview(
        {
            "steps": [step],
            "diagnostics": [{"severity": "error", **told}],
            "policies": [{"policy": form, "level": "mandatory", **told}],
        }
    )


def events(form: str) -> Changes:
    metadata = {
        "op": "replace",
        "urn": f"{HOME}{KIND}::n-{form}",
        "old": state(form, value=MARKED),
        "new": state(form, value=MARKED, url=form),
        "keys": [form],
    }
    return preview_changes.of_events(
        [
            {"resourcePreEvent": {"metadata": metadata}},
            {"diagnosticEvent": {"severity": "error", "message": form, "urn": form}},
            {"policyEvent": {"policyName": form, "resourceUrn": form, "message": form}},
            {"resOpFailedEvent": {"metadata": metadata}},
        ]
    )


def plans(form: str) -> Changes:
    old = document(resource(KIND, f"n-{form}", inputs={"value": MARKED, "url": "a"}))
    new = document(
        resource(KIND, f"n-{form}", inputs={"value": MARKED, "url": form}),
        policies=[{"policy": form, "level": "mandatory", "message": form, "urn": form}],
    )
    return plan_changes.between(old, new)


def told(changes: Changes) -> list[str]:
    verdict = judging.judge(changes)
    data = verdict_text.document(verdict)
    lines = "\n".join(line.plain for line in verdict_text.lines(verdict))
    return [html.unescape(comment.comment(verdict)), comment.comment(verdict), lines, repr(data)]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("source", [preview, events, plans])
def test_a_secret_is_told_by_no_text_of_any_document(source: Any, form: str) -> None:
    for text in told(source(form)):
        assert form not in text
        assert "[secret]" in html.unescape(text)


def test_two_resources_that_differ_in_their_secret_alone_stay_two() -> None:
    other = SECRET + "-two"
    marked = {**MARKED, "plaintext": json.dumps(other)}
    old = document(*(resource(KIND, one, inputs={"value": marked}) for one in (SECRET, other)))
    old["resources"].append(resource(KIND, "third", inputs={"value": MARKED}))
    changes = plan_changes.between(old, document())
    assert len(changes.changes) == 3


def test_names_without_a_secret_stay_as_they_are() -> None:
    (change,) = plan_changes.between(
        document(), document(resource(KIND, "plain", inputs={"value": MARKED}))
    ).changes
    assert (change.name, change.urn) == ("plain", f"{HOME}{KIND}::plain")
