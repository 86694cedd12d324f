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
    "edges alone": ("51", "no edge", "n0 - n1"),
    "molecules with assays": ("43", "assay_1", "assay_2"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_data_are_read_and_trained_on(name: str, scaffold: Scaffold, folder: Path) -> None:
    """By the two commands that are typed next, and nothing else."""
    shape = SHAPES[name]
    shape.make(folder / "here")
    scaffold("new", "project", "--data", f"here/{shape.at}", "--defaults", "--no-git", cwd=folder)
    env = {**os.environ, "PYTHONPATH": "."}
    for command in (("show", "data"), ("train", "--config", "configs/debug.yaml")):
        done = run(sys.executable, "-m", "project", *command, cwd=folder / "project", env=env)
        assert command[0] == "train" or all(word in done.stdout for word in SHOWN[name]), done.stdout
    assert list((folder / "project/runs").glob("*/best.pt"))
