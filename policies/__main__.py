"""The policy pack: serves the rules of asset_edge.guardrails to the Pulumi engine."""

import sys
from pathlib import Path

from pulumi_policy import PolicyPack

# The pack lies beside the library that it serves; neither has to be installed for the other.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))

from pack import policies

PolicyPack("asset-edge", policies=policies())
