"""Every code block of README and docs runs, parses, or is marked as needing what no test has."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.docs import running
from tests.docs.blocks import BLOCKS, DOCUMENTS, LANGUAGES, NEEDS, ROOT, Block, blocks_in
from tests.engine import deploy

COMMAND = re.compile(r"^\s*(\$ |make |asset-edge |pulumi |curl |git |python3? |pip |aws )", re.MULTILINE)
OUT_OF_REACH = {
    "pulumi": re.compile(r"^pulumi ", re.MULTILINE),
    "aws": re.compile(r"^(aws|gh) ", re.MULTILINE),
}
VISIBLE = {"pulumi": "# needs the Pulumi CLI", "aws": "# needs AWS"}
"""The info string of a block is not shown where it is read."""

BEFORE = {
    # What `pulumi config get` would have written, and the folder that the page says to work in.
    "docs/runbooks/key-rotation.md": (
        "mkdir -p keys; cd keys\n"
        """echo '{"masterKeys": [{"kid": "m-2026-05"}], "jwks": []}' > embargo-secrets.json\n"""
    ),
}
"""By document, what it takes for granted."""

TOOLS = ("curl", "jq", "sed", "shred")
"""What a document may take for granted on a reader's machine, and a bare one may lack."""

PATH = os.environ.get("PATH", "")

SCRIPTED = sorted({block.document for block in BLOCKS if block.is_script})
PYTHON = [block for block in BLOCKS if block.language == "python" and block.file is None]


def lacking(script: str, path: str) -> list[str]:
    """Of those tools, the ones that a script runs and that are on none of the path's folders."""
    used = [tool for tool in TOOLS if re.search(rf"(^|[|($;]) *{tool} ", script, re.MULTILINE)]
    return [tool for tool in used if shutil.which(tool, path=path) is None]


def test_a_document_that_needs_a_tool_says_so() -> None:
    assert lacking("a=$(jq -r .edge f)\nb | jq .\ncurl -s x\n", "") == ["curl", "jq"]
    assert lacking("asset-edge plan dev  # jq and curl\n", "") == []
    assert lacking("sed -i x y\n", PATH) == []


def wrong(block: Block) -> Iterator[str]:
    """Why a block is neither run nor marked."""
    if block.language not in LANGUAGES:
        yield f"{block.language!r} is none of {sorted(LANGUAGES)}"
    if not NEEDS.issuperset(block.needs) or (block.needs and block.language != "bash"):
        yield f"it needs {block.needs}; a bash block may need {sorted(NEEDS)}"
    for need in NEEDS.intersection(block.needs):
        if not OUT_OF_REACH[need].search(block.code):
            yield f"it is marked as needing {need}, and has no line that does"
        if not block.code.startswith(VISIBLE[need]):
            yield f"its reader is not told: the first line is not {VISIBLE[need]!r}"
    if block.language == "text" and COMMAND.search(block.code):
        yield "it is text, and has a command"
    if block.file and block.language not in {"python", "yaml", "json"}:
        yield "a file is python, yaml or json"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.id)
def test_a_block_is_run_or_says_why_not(block: Block) -> None:
    assert list(wrong(block)) == []


PLANTED = [
    ("```\nmake test\n```\n", "'' is none of"),
    ("```sh\nmake test\n```\n", "'sh' is none of"),
    ("```text\n$ rm -r /\n```\n", "it is text, and has a command"),
    ("```text\n  asset-edge plan prod\n```\n", "it is text, and has a command"),
    ("```bash later\nmake test\n```\n", "it needs ('later',)"),
    ("```bash pulumi\nmake test\n```\n", "has no line that does"),
    ("```bash aws\npulumi up\n```\n", "has no line that does"),
    ("```bash pulumi\npulumi up\n```\n", "its reader is not told"),
    ("```python aws\nprint()\n```\n", "it needs ('aws',)"),
    ("```bash\n# a.yaml\n```\n", "a file is python"),
]


@pytest.mark.parametrize(("text", "why"), PLANTED)
def test_a_block_that_hides_is_seen(text: str, why: str) -> None:
    (block,) = blocks_in(text, "planted.md")
    assert any(why in reason for reason in wrong(block))


def test_a_block_in_a_list_loses_the_lists_indentation() -> None:
    (block,) = blocks_in("1. Do\n   ```bash\n   a  # [aws]\n     b\n   ```\n", "planted.md")
    assert (block.line, block.code, block.script) == (2, "a  # [aws]\n  b\n", "  b\n")


def test_documents_without_blocks_are_read_too() -> None:
    assert len(DOCUMENTS) > 20
    assert {"README.md", "docs/environments.md", "docs/upgrades.md"} <= set(SCRIPTED)


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block.language in {"yaml", "json"}], ids=lambda block: block.id
)
def test_data_parses(block: Block) -> None:
    assert (json.loads if block.language == "json" else yaml.safe_load)(block.code)


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.id)
def test_a_program_plans(block: Block) -> None:
    assert len(deploy(lambda: exec(compile(block.code, block.id, "exec"), {})).all) > 1


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running.local_stack(tmp_path_factory.mktemp("local")) as address:
        yield address


@pytest.mark.parametrize("document", SCRIPTED)
def test_the_commands_of_a_document_run_as_they_stand(document: str, edge: str, tmp_path: Path) -> None:
    blocks = [block for block in BLOCKS if block.document == document]
    text = running.script(blocks, edge)
    if missing := lacking(text, PATH):
        pytest.skip(f"{document} needs {', '.join(missing)}, which this machine does not have")
    copy = running.copied(tmp_path)
    done = running.run(BEFORE.get(document, "") + text, tmp_path, copy)
    assert done.returncode == 0, done.stdout[-3000:]
    reached = re.findall(r"^::(.+)$", done.stdout, re.MULTILINE)
    assert reached == [block.id for block in blocks if block.is_script and not block.file]


@pytest.mark.parametrize(
    "command", ["false", "echo 403   # 404", "asset-edge plan nowhere", "cat nothing | cat"]
)
def test_a_command_that_fails_is_seen(command: str, tmp_path: Path) -> None:
    (block,) = blocks_in(f"```bash\n{command}\necho reached\n```\n", "planted.md")
    done = running.run(running.script([block], "localhost:1"), tmp_path, ROOT)
    assert done.returncode != 0
    assert "reached" not in done.stdout


def test_every_file_of_a_document_is_used_by_a_later_command() -> None:
    for block in BLOCKS:
        if block.file:
            later = [one for one in BLOCKS if one.document == block.document and one.line > block.line]
            assert any(one.is_script for one in later), block.id


def test_a_link_between_documents_leads_somewhere() -> None:
    for document in DOCUMENTS:
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            if not link.startswith(("http:", "https:")):
                assert (document.parent / link).exists(), f"{document.relative_to(ROOT)}: {link}"


def test_the_readme_is_short_and_names_what_there_is() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 150
    targets = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)`", text):
        assert f"\n{target}:" in targets
