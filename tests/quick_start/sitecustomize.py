"""Let renders share their work where a test runs a command of a service.

Python imports this file at its start, long before Copier, which most commands never need.
"""

import runpy
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

SHARE: Final = Path(__file__).parent.parent / "quick_renders.py"


class CopierFinder:
    """Finds Copier once, and lets its renders share their work as soon as it is there."""

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        """Return where Copier is, and nothing for any other module."""
        if name != "copier._main":
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        loader: Any = spec and spec.loader
        execute = loader.exec_module

        def execute_and_share(module: ModuleType) -> None:
            execute(module)
            runpy.run_path(str(SHARE))["share"]()

        loader.exec_module = execute_and_share
        return spec


sys.meta_path.insert(0, CopierFinder())
