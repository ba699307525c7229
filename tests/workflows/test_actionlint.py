"""What actionlint says of the workflows: nothing, and something of a broken one."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.files import FILES, ROOT

NODE = shutil.which("node")
NODE_MODULES = Path(sys.prefix) / "node"


def lint(*files: Path) -> dict[str, list[dict[str, object]]]:
    if NODE is None:
        pytest.skip("no node on PATH: workflows are not linted by actionlint")
    if not (NODE_MODULES / "node_modules" / "@tktco").is_dir():
        pytest.fail(f"{NODE_MODULES} has no actionlint; run make .venv/node/ready")
    ran = subprocess.run(
        [NODE, ROOT / "tests" / "node" / "lint_workflows.js", NODE_MODULES, *files],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    found: dict[str, list[dict[str, object]]] = json.loads(ran.stdout)
    return found


def test_actionlint_finds_nothing_in_any_workflow() -> None:
    assert lint(*FILES) == {str(file): [] for file in FILES}


BROKEN = [
    ("runs-on: ubuntu-24.04", "runs_on: ubuntu-24.04", 'unexpected key "runs_on"'),
    ("matrix.python", "matrix.pyhton", 'property "pyhton" is not defined'),
    ("contents: read", "content: read", 'unknown permission scope "content"'),
    ("needs: []", "needs: nobody", 'needs job "nobody" which does not exist'),
]


@pytest.mark.parametrize(("old", "new", "message"), BROKEN)
def test_actionlint_sees_a_mistake(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = next(file for file in FILES if file.stem == "check").read_text(encoding="utf-8")
    text = text.replace("    timeout-minutes", "    needs: []\n    timeout-minutes", 1)
    assert old in text
    file = tmp_path / "check.yml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    (found,) = lint(file).values()
    assert any(message in str(one["message"]) for one in found), found
