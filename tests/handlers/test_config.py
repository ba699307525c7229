import json
import subprocess
import sys
import zipfile
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from asset_edge.handlers.edge import baked, config
from asset_edge.handlers.edge.baked import ConfigError
from asset_edge.handlers.edge.config import EdgeConfig, RegionalBucket
from tests.handlers import golden
from tests.handlers.config_strategies import configs

ROOT = Path(__file__).parent.parent.parent
BUCKET = {
    "region": "eu-west-1",
    "bucket": "b",
    "domain_name": "b.s3.eu-west-1.amazonaws.com",
    "beacon": "eu.b",
}


@given(configs())
def test_what_is_dumped_loads_as_it_was(edge: EdgeConfig) -> None:
    assert config.loads(config.dumps(edge)) == edge


@given(configs())
def test_the_edge_reads_every_attribute_of_what_is_dumped(edge: EdgeConfig) -> None:
    assert_alike(baked.read(config.dumps(edge)), edge)


def assert_alike(read: Any, written: Any) -> None:
    """The same, with any object for a dataclass and lists for tuples."""
    if is_dataclass(written):
        assert list(vars(read)) == sorted(field.name for field in fields(written))
        for field in fields(written):
            assert_alike(getattr(read, field.name), getattr(written, field.name))
    elif isinstance(written, tuple):
        assert isinstance(read, list)
        for one, other in zip(read, written, strict=True):
            assert_alike(one, other)
    else:
        assert (type(read), read) == (type(written), written)


def test_equal_configurations_are_equal_texts_whatever_the_order_of_keys() -> None:
    text = config.dumps(golden.CONFIG)
    shuffled = json.dumps(dict(reversed(json.loads(text).items())))
    assert config.dumps(config.loads(shuffled)) == text
    assert text == (Path(__file__).parent / "config.json").read_text(encoding="utf-8")


def test_only_the_buckets_have_no_default() -> None:
    assert config.loads(json.dumps({"buckets": [BUCKET]})) == EdgeConfig(buckets=(RegionalBucket(**BUCKET),))


def test_a_whole_number_of_seconds_is_a_number_of_seconds() -> None:
    assert (
        config.loads(json.dumps({"buckets": [BUCKET], "dns_timeout_seconds": 2})).dns_timeout_seconds == 2.0
    )


REFUSED: list[tuple[str, Any, str]] = [
    ("no buckets key", {}, "missing key buckets"),
    ("not an object", [], "configuration is []"),
    ("unknown key", {"buckets": [BUCKET], "weights": 1}, "unknown key weights"),
    ("unknown key inside", {"buckets": [{**BUCKET, "weight": 3}]}, "unknown key buckets[0].weight"),
    ("missing key inside", {"buckets": [BUCKET, {"region": "x"}]}, "missing key buckets[1].bucket"),
    ("not a list", {"buckets": BUCKET}, "buckets is "),
    ("not an object inside", {"buckets": ["b"]}, "buckets[0] is 'b'"),
    ("number for text", {"buckets": [{**BUCKET, "region": 1}]}, "buckets[0].region is 1; text"),
    (
        "text for number",
        {"buckets": [BUCKET], "dns_timeout_seconds": "1"},
        "dns_timeout_seconds is '1'; a number",
    ),
    (
        "true for number",
        {"buckets": [BUCKET], "dns_timeout_seconds": True},
        "dns_timeout_seconds is True; a number",
    ),
    (
        "unknown strategy",
        {"buckets": [BUCKET], "strategy": "random"},
        "strategy is 'random'; one of rendezvous, dns",
    ),
    ("list for a choice", {"buckets": [BUCKET], "origin_auth": []}, "origin_auth is []; one of"),
    ("number for a name", {"buckets": [BUCKET], "weighted_name": 5}, "weighted_name is 5; text"),
    ("number in a list", {"buckets": [BUCKET], "name_servers": ["x", 5]}, "name_servers[1] is 5; text"),
    ("empty buckets", {"buckets": []}, "buckets is empty"),
    ("a region twice", {"buckets": [BUCKET, BUCKET]}, "['eu-west-1', 'eu-west-1']"),
    ("dns without a name", {"buckets": [BUCKET], "strategy": "dns"}, "weighted_name is None"),
    ("no time", {"buckets": [BUCKET], "dns_timeout_seconds": 0}, "dns_timeout_seconds is 0.0"),
    ("too much time", {"buckets": [BUCKET], "dns_timeout_seconds": 6}, "dns_timeout_seconds is 6.0"),
    ("no number", {"buckets": [BUCKET], "dns_timeout_seconds": float("nan")}, "dns_timeout_seconds is nan"),
]


@pytest.mark.parametrize(("raw", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_wrong_configuration_is_refused_by_its_key(raw: Any, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        config.loads(json.dumps(raw))
    assert message in str(refused.value)


def test_text_that_is_not_json_is_refused() -> None:
    with pytest.raises(ConfigError, match="not JSON"):
        config.loads("{")


def test_what_cannot_work_is_refused_when_it_is_made() -> None:
    with pytest.raises(ConfigError, match="weighted_name"):
        replace(golden.CONFIG, strategy="dns", weighted_name=None)


def test_code_without_its_configuration_says_what_the_bundle_lacks() -> None:
    with pytest.raises(ConfigError, match=r"config\.json is not in asset_edge\.handlers\.edge"):
        baked.baked()


def test_every_handler_finds_its_configuration_inside_a_zip(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        for source in (ROOT / "handlers").rglob("*.py"):
            archive.write(source, source.relative_to(ROOT))
        archive.writestr(config.CONFIG_FILE, config.dumps(golden.CONFIG))
    program = (
        f"import sys, json; sys.path.insert(0, {str(bundle)!r})\n"
        "from handlers.edge import baked, origin_response\n"
        f"event = json.loads({json.dumps(golden.event('origin-response.200'))!r})\n"
        "assert baked.baked() is baked.baked()\n"
        "print(json.dumps(origin_response.handler(event, None)))\n"
    )
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, check=True)
    assert json.loads(ran.stdout) == golden.expected("origin-response.200")
