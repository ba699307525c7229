"""The programs of CI as modules: they are in no package, because the runner starts them as files."""

import importlib.util
import sys
from types import ModuleType

from tests.workflows.files import ROOT


def load(name: str) -> ModuleType:
    """`.ci/<name>.py`, fresh."""
    spec = importlib.util.spec_from_file_location(f"ci_{name}", ROOT / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module
