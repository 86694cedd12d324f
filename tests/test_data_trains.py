"""`scaffold new --data`: a project shows and trains on what was written into its `configs/default.yaml`."""

import os
import sys
from pathlib import Path

import pytest
from conftest import Scaffold, run
from test_data_shapes import SHAPES

SHOWN = {
    "masks of yes and no": ("24x24", "0", "255"),
    "images with several labels": ("60", "war", "love", "crime"),
    "splits without a header": ("60", "train", "test"),
    "nodes with numbers": ("38", "income"),
    "molecules with assays": ("43", "assay_1", "assay_2"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_data_are_read_and_trained_on(name: str, scaffold: Scaffold, folder: Path) -> None:
    """By the two commands that are typed next, and nothing else."""
    shape = SHAPES[name]
    shape.make(folder / "here")
    scaffold("new", "project", "--data", f"here/{shape.at}", "--defaults", "--no-git", cwd=folder)
    commands = (
        "main(['show', 'data']); main(['train', '--config', 'configs/debug.yaml'])"  # torch is imported once
    )
    code = f"from project.cli import main; {commands}"
    printed = run(
        sys.executable, "-c", code, cwd=folder / "project", env={**os.environ, "PYTHONPATH": "."}
    ).stdout
    assert all(word in printed for word in SHOWN[name]), printed
    assert list((folder / "project/runs").glob("*/best.pt"))
