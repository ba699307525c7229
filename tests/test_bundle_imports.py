"""Which modules an entry loads, found without running anything."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.bundle_imports import Closure, imports
from asset_edge.errors import BundleError
from tests.trees import write

FOUND = {
    "plain": ("import a.b", {"a.b"}),
    "several": ("import a, b as c", {"a", "b"}),
    "from": ("from a.b import c", {"a.b"}),
    "star": ("from a import *", {"a"}),
    "sibling": ("from . import c", {"top.edge"}),
    "sibling's name": ("from .c import d", {"top.edge.c"}),
    "parent": ("from .. import c", {"top"}),
    "cousin": ("from ..other.c import d", {"top.other.c"}),
    "in a function": ("def f():\n  from .c import d", {"top.edge.c"}),
    "in an async method": ("class C:\n  async def f(self):\n    import a", {"a"}),
    "in a lambda's neighbour": ("x = lambda: 1\nif x():\n  import a", {"a"}),
    "in a with, a for and a match": (
        "with x:\n  import a\nfor y in x:\n  import b\nmatch x:\n  case 1:\n    import c",
        {"a", "b", "c"},
    ),
    "for type checkers": ("if TYPE_CHECKING:\n  import a\nelse:\n  import b", {"b"}),
    "for type checkers, by attribute": ("import t\nif t.TYPE_CHECKING:\n  import a", {"t"}),
    "a flag of one's own": ("if DEBUG:\n  import a", {"a"}),
    "a try that may go on": ("try:\n  import a\nexcept ImportError:\n  a = None", set()),
    "a try that may go on, its else": ("try:\n  x()\nexcept ImportError:\n  pass\nelse:\n  import a", set()),
    "a try with two errors": ("try:\n  import a\nexcept (KeyError, ModuleNotFoundError):\n  pass", set()),
    "the other way of a try": ("try:\n  import a\nexcept ImportError:\n  import b", {"b"}),
    "a try's end": ("try:\n  import a\nexcept ImportError:\n  pass\nfinally:\n  import b", {"b"}),
    "a try for another error": ("try:\n  import a\nexcept (KeyError, x.Error):\n  import b", {"a", "b"}),
    # A handler's outermost shell catches everything; what it needs must be in the zip all the same.
    "a try that catches all": ("try:\n  import a\nexcept Exception:\n  pass", {"a"}),
    "a try that catches everything": ("try:\n  import a\nexcept:\n  pass", {"a"}),
    "a text that looks like one": ("x = 'import a'  # import b", set()),
}


@pytest.mark.parametrize(("source", "needed"), FOUND.values(), ids=FOUND)
def test_an_import_is_found_wherever_it_stands(source: str, needed: set[str]) -> None:
    found = imports(source.encode(), "top.edge.m", is_package=False)
    assert {each.name for each in found if each.needed} == needed


@pytest.mark.parametrize(
    ("module", "is_package", "base"),
    [("top.edge", True, "top.edge.c"), ("top.edge", False, "top.c"), ("top", True, "top.c")],
)
def test_a_dot_means_the_package_that_the_module_is_or_lies_in(
    module: str, is_package: bool, base: str
) -> None:
    assert base in {i.name for i in imports(b"from .c import d", module, is_package=is_package)}


def test_a_name_taken_from_a_package_may_be_a_submodule() -> None:
    found = imports(b"from a import b", "m", is_package=False)
    assert {(i.name, i.needed) for i in found} == {("a", True), ("a.b", False)}


REFUSED = {
    "not Python": ("x = (", "top.v is not Python at line 1"),
    "above the top": ("from ...a import b", "from '...a'; a relative import stays inside the top package"),
    "absent": ("from .gone import x", "'top.gone', which top.v needs, is not in"),
    "absent, deeper": ("import top.edge.gone", "'top.edge.gone', which top.v needs"),
    "a folder that is no package": ("from .bare import x", "each package in it has an __init__.py"),
}


@pytest.mark.parametrize(("source", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_followed_is_refused_by_name(tmp_path: Path, source: str, message: str) -> None:
    write(tmp_path, {"__init__.py": "", "v.py": source, "edge/__init__.py": "", "bare/x.py": ""})
    with pytest.raises(BundleError) as refusal:
        Closure("top", tmp_path).follow("top.v", "the bundle", needed=True)
    assert message in str(refusal.value)


def test_a_closure_has_the_packages_that_its_modules_lie_in(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"__init__.py": "", "a/__init__.py": "", "a/b/__init__.py": "", "a/b/c.py": "", "a/d.py": ""},
    )
    closure = Closure("top", tmp_path)
    closure.follow("top.a.b.c", "the bundle", needed=True)
    assert sorted(closure.files) == [
        "top/__init__.py",
        "top/a/__init__.py",
        "top/a/b/__init__.py",
        "top/a/b/c.py",
    ]


def test_what_a_package_imports_counts_too(tmp_path: Path) -> None:
    write(tmp_path, {"__init__.py": "from . import first", "first.py": "import json, jwt", "v.py": ""})
    closure = Closure("top", tmp_path)
    closure.follow("top.v", "the bundle", needed=True)
    assert "top/first.py" in closure.files
    assert closure.outside == {"json": "top.first", "jwt": "top.first"}


@pytest.mark.parametrize(
    "source",
    [
        "try:\n  from . import part\nexcept ImportError:\n  part = None",
        "try:\n  import x\nexcept ImportError:\n  x = None\nelse:\n  from .part import y",
        "from . import part, absent",
    ],
)
def test_what_may_be_missing_is_brought_when_it_is_there(tmp_path: Path, source: str) -> None:
    write(tmp_path, {"__init__.py": "", "v.py": source, "part.py": ""})
    closure = Closure("top", tmp_path)
    closure.follow("top.v", "the bundle", needed=True)
    assert set(closure.files) == {"top/__init__.py", "top/part.py", "top/v.py"}


def test_modules_that_import_each_other_are_followed_once(tmp_path: Path) -> None:
    write(tmp_path, {"__init__.py": "", "a.py": "from . import b", "b.py": "from . import a"})
    closure = Closure("top", tmp_path)
    closure.follow("top.a", "the bundle", needed=True)
    assert set(closure.files) == {"top/__init__.py", "top/a.py", "top/b.py"}


@given(st.dictionaries(st.integers(0, 7), st.sets(st.integers(0, 7)), min_size=1))
def test_any_graph_of_modules_is_walked_to_its_end_and_no_further(graph: dict[int, set[int]]) -> None:
    nodes = graph.keys() | set().union(*graph.values())
    reachable, edge = {0}, {0}
    while edge:
        edge = set().union(*(graph.get(node, set()) for node in edge)) - reachable
        reachable |= edge
    with TemporaryDirectory() as folder:
        sources = {
            f"m{node}.py": "".join(f"from .m{to} import x\n" for to in graph.get(node, ()))
            for node in nodes | {0}
        }
        source = write(Path(folder), {"__init__.py": "", **sources})
        closure = Closure("top", source)
        closure.follow("top.m0", "the bundle", needed=True)
    assert set(closure.files) == {"top/__init__.py", *(f"top/m{node}.py" for node in reachable)}
