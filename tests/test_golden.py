"""Whole projects as they were last reviewed: a change of the template shows here as what users will get.

`make golden` writes them anew; look at the difference before it is committed.
"""

import shutil
from pathlib import Path

import pytest
from combinations import ALL
from conftest import ROOT, files

from scaffold.render import render

GOLDEN = ROOT / "tests/golden"
PROJECTS = {
    "vision-default": {"name": "vision-default", "license": "none"},
    "vision-contrast": {
        "name": "vision-contrast",
        "license": "MIT",
        "architecture": "vit",
        "loss": "nll",
        "optimizer": "sgd",
        "schedule": "exponential",
    },
    "nlp-default": {"name": "nlp-default", "license": "none", "domain": "nlp"},
    "nlp-contrast": {
        "name": "nlp-contrast",
        "license": "none",
        "domain": "nlp",
        "architecture": "transformer",
        "loss": "nll",
        "optimizer": "sgd",
    },
    "graph-default": {"name": "graph-default", "license": "none", "domain": "graph"},
    "graph-contrast": {
        "name": "graph-contrast",
        "license": "none",
        "domain": "graph",
        "architecture": "gat",
        "loss": "nll",
        "optimizer": "sgd",
        "schedule": "multistep",
    },
    "graph-classification": {
        "name": "graph-classification",
        "license": "none",
        "domain": "graph",
        "task": "graph_classification",
    },
}


@pytest.mark.parametrize("name", PROJECTS)
def test_project_is_as_reviewed(
    name: str, template_tree: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    rendered = tmp_path / name
    render(template_tree, rendered, PROJECTS[name], version="VERSION", recorded="TEMPLATE")
    if pytestconfig.getoption("update_golden"):
        shutil.rmtree(GOLDEN / name, ignore_errors=True)
        shutil.copytree(rendered, GOLDEN / name)
    expected, actual = files(GOLDEN / name), files(rendered)
    assert actual.keys() == expected.keys()
    for path, (_, content) in expected.items():
        assert actual[path][1].decode() == content.decode(), f"{path} differs: make golden, then look at it"


def test_every_domain_is_reviewed() -> None:
    assert {name.split("-")[0] for name in PROJECTS} == {row["domain"] for row in ALL}
