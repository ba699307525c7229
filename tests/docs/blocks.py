"""The code blocks of the documents, and what becomes of each: run, read as data, or marked as out of reach.

A block says its language, and what it needs that no test has:

    ```bash            run, in order, in a copy of the repository of the document's own
    ```bash aws        needs AWS, or GitHub: not run
    ```bash pulumi     needs the Pulumi CLI: not run
    ```python          a program or a part of one: run under the plan engine
    ```yaml, ```json   data: must parse
    ```text            a picture or an output: nothing to run

A block that is not run says so in its first line, too. A line that ends in `# [aws]` is left out of a block
that runs. A block whose first line is `# <file name>` is written to that file, where the blocks after it
find it.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

LANGUAGES = {"bash", "python", "yaml", "json", "text"}
NEEDS = {"aws", "pulumi"}

_FENCE = re.compile(r"^( *)```(.*)$")
_FILE = re.compile(r"# ([\w.-]+(?:/[\w.-]+)*\.(?:py|yaml|json|toml))")
_AWS_LINE = re.compile(r"# \[aws\]")


@dataclass(frozen=True)
class Block:
    """One code block."""

    document: str
    line: int
    language: str
    needs: tuple[str, ...]
    code: str

    @property
    def id(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def file(self) -> str | None:
        """The file that the block is the content of."""
        named = _FILE.fullmatch(self.code.partition("\n")[0])
        return named.group(1) if named else None

    @property
    def is_script(self) -> bool:
        """Whether a shell runs it."""
        return self.language == "bash" and not self.needs

    @property
    def script(self) -> str:
        """What a shell can run of it."""
        return "".join(f"{line}\n" for line in self.code.splitlines() if not _AWS_LINE.search(line))


def blocks_of(document: Path) -> list[Block]:
    return blocks_in(document.read_text(encoding="utf-8"), document.relative_to(ROOT).as_posix())


def blocks_in(text: str, name: str) -> list[Block]:
    """All blocks of a document, without the indentation that a list gives them."""
    found: list[Block] = []
    lines = text.splitlines()
    start: tuple[int, str, str] | None = None
    for number, line in enumerate(lines, 1):
        fence = _FENCE.match(line)
        if fence is None:
            continue
        if start is None:
            start = (number, fence.group(1), fence.group(2))
            continue
        opened, indent, told = start
        language, *needs = told.split() or [""]
        inside = [one.removeprefix(indent) for one in lines[opened : number - 1]]
        found.append(Block(name, opened, language, tuple(needs), "".join(f"{one}\n" for one in inside)))
        start = None
    assert start is None, f"{name}: the last block has no end"
    return found


BLOCKS = [block for document in DOCUMENTS for block in blocks_of(document)]
