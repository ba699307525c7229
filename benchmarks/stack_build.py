"""What building the prod stack costs, against importing pulumi_aws and registering as many bare buckets.

Each side runs in a process of its own, because an import is paid once a process.
"""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.figures import Figure, against_floor

ROOT = Path(__file__).parents[1]
BUDGET = 1.5
WHY = (
    "the floor imports one service of pulumi_aws, the stack nine; wafv2 alone costs a third of the floor "
    "(see the next figure)"
)
WAF = "import pulumi_aws as aws; aws.wafv2.WebAcl"
BARE = "import pulumi_aws as aws; aws.s3.Bucket"
SUBJECT = """
from asset_edge.localcloud import program
from asset_edge.localcloud.symbols import symbolic_state
print(len(program.load(".", "prod").run(symbolic_state).registrations))
"""
FLOOR = """
import sys
import pulumi_aws as aws
from asset_edge.localcloud import engine
from asset_edge.localcloud.symbols import symbolic_state

def program():
    for number in range(int(sys.argv[1])):
        aws.s3.Bucket(f"bucket-{number}")

engine.run(program, project="floor", stack="floor", respond=symbolic_state)
"""


def measure() -> list[Figure]:
    """The stack, whole processes in turn; and what one service's import has in it."""
    count = subprocess.run(
        _command(SUBJECT), cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    name = f"build the prod stack under mocks ({count} resources)"
    built = against_floor(name, BUDGET, _run(SUBJECT), _run(FLOOR, count), repeats=1)
    return [replace(built, why=WHY), _waf_import()]


def _waf_import() -> Figure:
    waf = against_floor(
        "import of pulumi_aws.wafv2 against pulumi_aws.s3", 0.0, _run(WAF), _run(BARE), repeats=1
    )
    return replace(waf, budget=None, met=None)


def _command(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def _run(code: str, *arguments: str) -> Callable[[], object]:
    return lambda: subprocess.run(_command(code, *arguments), cwd=ROOT, check=True, capture_output=True)
