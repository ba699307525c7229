"""The page of the policies names every rule, in its own words and order."""

from asset_edge.guardrails.rules import RULES
from tests.docs.blocks import ROOT


def test_the_page_has_a_row_for_every_rule_as_it_is() -> None:
    lines = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    assert rows == [
        f"| `{rule.name}` | {rule.level} | {rule.severity} | {rule.description} | {rule.remediation} |"
        for rule in RULES
    ]
