"""The tables of the component pages, made from the code: what a class takes, and what comes out of it.

`python -m tests.docs.fields` writes them into the pages anew; a test holds the pages to them.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs" / "components"

PART = re.compile(r"(<!-- (fields|outputs) of (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
"""What stands between the two comments is made from the class that the first one names."""


def filled(text: str) -> str:
    """A page with its tables made anew."""

    def made(part: re.Match[str]) -> str:
        table = (fields if part.group(2) == "fields" else outputs)(part.group(3))
        return f"{part.group(1)}{table}{part.group(4)}"

    return PART.sub(made, text)


def fields(path: str) -> str:
    """The arguments of a dataclass: name, type, default, meaning."""
    rows = [
        f"| `{name}` | {_code(kind)} | {_default(value)} | {meaning} |\n"
        for name, kind, value, meaning in _annotated(path)
    ]
    return "| argument | type | default | |\n|---|---|---|---|\n" + "".join(rows)


def outputs(path: str) -> str:
    """The outputs of a component: name, type, meaning."""
    rows = [f"| `{name}` | {_code(kind)} | {meaning} |\n" for name, kind, _, meaning in _annotated(path)]
    return "| output | type | |\n|---|---|---|\n" + "".join(rows)


def _annotated(path: str) -> Iterator[tuple[str, str, ast.expr | None, str]]:
    module, _, name = path.rpartition(".")
    source = inspect.getsource(importlib.import_module(module))
    found = next(n for n in ast.parse(source).body if isinstance(n, ast.ClassDef) and n.name == name)
    for node, following in zip(found.body, [*found.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id[0] != "_":
            yield node.target.id, ast.unparse(node.annotation), node.value, _documented(following)


def _documented(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return " ".join(str(node.value.value).split()).replace("|", "\\|")
    return ""


def _default(value: ast.expr | None) -> str:
    if value is None:
        return "**must be given**"
    text = ast.unparse(value)
    made = re.fullmatch(r"field\(default_factory=(\w+).*\)|field\(repr=False\)", text)
    if made is None:
        return _code(text)
    factory = made.group(1)
    return "**must be given**" if factory is None else _code({"dict": "{}"}.get(factory, f"{factory}()"))


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|").replace("pulumi.", "") + "`"


if __name__ == "__main__":
    for page in sorted(PAGES.glob("*.md")):
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
