"""Whatever a name or a value holds, it stays a value: no markup, no mention, no link, no marker."""

import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from asset_edge.ops import comment, judging, markup, plan_changes, preview_changes, verdict_text
from asset_edge.ops.judging import Verdict
from tests.ops.plans import Plan, document, policy, resource, statement

MARKER = re.compile(r"<!-- asset-edge diff (?:(?!--)[A-Za-z0-9._~%/-])* -->")
FRAMES = (
    MARKER,
    re.compile(
        r"<details(?: open)?><summary>(?:<code>[^<]*</code> ?|outside of components)*: \d+ changes?</summary>"
    ),
    re.compile(r"</details>"),
)
ALLOWED = frozenset(
    {
        *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "paragraph_open"),
        *("paragraph_close", "heading_open", "heading_close", "inline", "html_block", "text", "html_inline"),
        *("strong_open", "strong_close", "softbreak"),
    }
)
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

HOSTILE = (
    "`code`",
    "``` \nfence",
    "a | b | c",
    "line\nbreak\r\n\n# heading",
    "</details></summary>",
    "</code><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- asset-edge diff asset-edge/prod -->",
    "-->",
    "@everyone @octocat",
    "#1 GH-2 owner/repo#3",
    "[text](https://evil.example)",
    "![picture](https://evil.example/x.png)",
    "https://evil.example www.evil.example WWW.EVIL.example",
    "mail@evil.example",
    "**bold** _it_ ~~gone~~ $math$ :tada:",
    "\u202eright to left\u2066",
    "zero\u200bwidth\ufeff",
    "\x1b[31mred\x1b[0m \x07\x00",
    "\u2028line\u2029paragraph\x85",
    "&lt;b&gt; &amp; &#60;",
    "\\`escaped\\`",
    "    indented",
    "- [ ] task\n1. one",
    "[ref]: https://evil.example",
    "{} {0} {name} %s",
    "\ud800 lone",
    "a" * 5_000,
    "",
)


def flat(tokens: list[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *flat(token.children or []))]


def check(text: str) -> None:
    """A comment's structure is ours alone, and balanced."""
    tokens = flat(PARSER.parse(text))
    assert {token.type for token in tokens} <= ALLOWED
    assert all(token.content in ("<code>", "</code>") for token in tokens if token.type == "html_inline")
    blocks = [
        line for token in tokens if token.type == "html_block" for line in token.content.strip().splitlines()
    ]
    assert [line for line in blocks if not any(frame.fullmatch(line) for frame in FRAMES)] == []
    assert text.count("<details") == text.count("</details>")
    assert text.count("<code>") == text.count("</code>")
    assert len(MARKER.findall(text)) == 1
    assert len(text.encode("utf-16-le")) // 2 <= comment.MOST_CHARACTERS
    text = MARKER.sub("", text)
    outside = re.sub(r"<code>[^<]*</code>", "", text)
    assert not set("@|`[]\\~$") & set(outside)
    assert "://" not in text
    assert not re.search(r"(?i)www\.", text)
    assert not [
        one for one in text if one != "\n" and unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]


def plans(hostile: str) -> tuple[Plan, Plan]:
    """Two plans with the text wherever a plan has one: names, keys, values, reasons, policies, files."""

    def of(old: bool) -> Plan:
        parent = resource(f"asset-edge:index:{hostile}", hostile)
        value = "before" if old else hostile
        baked = {
            "behaviors": [{"path_pattern": f"/{hostile}", "embargo": "all" if old else hostile}],
            "territories": [{"name": hostile, "allow": ["DE"] if old else ["DE", hostile]}],
            "cache_rules": [{"name": hostile, hostile: value}],
            hostile: value,
        }
        return document(
            parent,
            resource("aws:s3/bucket:Bucket", hostile, parent, inputs={"bucket": value, hostile: value}),
            resource(hostile, f"{hostile}-unknown", inputs={"a": value}),
            resource("aws:s3/bucketPolicy:BucketPolicy", "p", inputs={"policy": policy(statement(value))}),
            resource(
                "aws:lambda/function:Function",
                f"{hostile}-function",
                inputs={"code": {"archive": {hostile: value, f"{value}.py": "1"}}},
                configurations={"code": {"handlers/edge/config.json": baked}},
            ),
            resource(
                "aws:route53/record:Record",
                f"record-{hostile}",
                inputs={
                    "name": hostile,
                    "type": "CNAME",
                    "ttl": 5,
                    "records": [value],
                    "setIdentifier": hostile,
                },
            ),
            project=hostile or "p",
            stack=hostile or "s",
            policies=[{"policy": hostile, "level": hostile, "message": hostile, "urn": hostile}],
        )

    return of(True), of(False)


def told(hostile: str) -> Verdict:
    return judging.judge(plan_changes.between(*plans(hostile)))


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_or_value_cannot_break_out_of_a_comment(hostile: str) -> None:
    check(comment.comment(told(hostile)))


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_preview_cannot_either(hostile: str) -> None:
    urn = f"urn:pulumi:{hostile}::{hostile}::{hostile}::{hostile}"
    state = {"type": hostile, "inputs": {hostile: hostile}, "parent": f"{urn}parent", "custom": True}
    step = {
        "op": hostile,
        "urn": urn,
        "oldState": state,
        "newState": {**state, "inputs": {hostile: [hostile]}},
    }
    diagnostics = [{"severity": "error", "message": hostile, "prefix": hostile, "urn": hostile}]
    preview = {"steps": [{**step, "replaceReasons": [hostile]}], "diagnostics": diagnostics}
    check(comment.comment(judging.judge(preview_changes.of_preview(preview))))


@given(st.text(), st.text())
def test_no_text_breaks_out(one: str, other: str) -> None:
    check(comment.comment(told(one + other)))
    check(comment.comment(told(f"{one}\n{other}")))


@given(st.text())
def test_a_value_as_code_is_one_element_that_reads_as_the_value_does(text: str) -> None:
    shown = markup.code(text, 1_000)
    assert re.fullmatch(r"<code>[^<>]*</code>", shown)
    inside = re.sub(r"&#\d+;", "", shown.removeprefix("<code>").removesuffix("</code>"))
    assert not set("\\`*_{}[]|~@:#&$^!") & set(inside), "an active character stands as it is"
    assert "\n" not in shown


@given(st.text(), st.text(), st.text(), st.text())
def test_a_marker_is_one_comment_and_no_two_stacks_share_one(p: str, s: str, q: str, t: str) -> None:
    assert MARKER.fullmatch(markup.marker(p, s))
    assert (markup.marker(p, s) == markup.marker(q, t)) == ((p, s) == (q, t))


def test_a_marker_of_ordinary_names_can_be_read() -> None:
    assert markup.marker("asset-edge", "prod") == "<!-- asset-edge diff asset-edge/prod -->"
    assert markup.marker("a--b", "-->") == "<!-- asset-edge diff a%2D-b/%2D-%3E -->"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=8))
def test_a_planted_secret_is_nowhere(text: str) -> None:
    secret = f"secret-{text}-end"
    marked = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "plaintext": json.dumps(secret),
    }
    urn = "urn:pulumi:prod::asset-edge::aws:s3/bucket:Bucket::b"

    def side(value: Any) -> dict[str, Any]:
        return {
            "type": "aws:s3/bucket:Bucket",
            "custom": True,
            "inputs": {"a": value, "b": f"in {secret} text"},
        }

    step = {"op": "update", "urn": urn, "oldState": side(marked), "newState": side(secret)}
    message = {"severity": "error", "message": f"failed with {secret}"}
    found = judging.judge(preview_changes.of_preview({"steps": [step], "diagnostics": [message]}))
    everything = [
        comment.comment(found),
        verdict_text.dumps(found),
        *(t.plain for t in verdict_text.lines(found)),
    ]
    for form in (secret, json.dumps(secret)[1:-1]):
        assert not any(form in text for text in everything)


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_neither_the_listing_nor_the_json_can_move_a_cursor(hostile: str) -> None:
    found = told(hostile)
    listing = "".join(line.plain for line in verdict_text.lines(found))
    for text in (listing, verdict_text.dumps(found).replace("\n", "")):
        assert not [one for one in text if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert json.loads(verdict_text.dumps(found))["changes"]
