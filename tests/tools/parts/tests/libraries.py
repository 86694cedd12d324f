"""An extra whose libraries are not installed says how to get them."""

import sys
from pathlib import Path

import pytest

from package.engine.run import RunError
from package.tools.export import export


def test_without_its_libraries_export_says_how_to_get_them(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(RunError, match=r"export needs onnxruntime: pip install -e '\.\[export\]'"):
        export(settings=settings, checkpoint=Path("best.pt"))
