"""What no user edits, tools and machinery: tests/tools, laid over a project of each form and target."""

import sys
from pathlib import Path

import pytest
from conftest import run
from mutations.projects import (
    DISTRIBUTED_PROJECTS,
    LABELS_PROJECTS,
    NUMBERS_PROJECTS,
    ONE_GRAPH_DISTRIBUTED,
)
from mutations.run import render_projects

EVERY_FORM = (
    *DISTRIBUTED_PROJECTS,
    *ONE_GRAPH_DISTRIBUTED,
    *("mlp_mlflow", "gcn", "gcn_links", "unet", "gpt", "lstm_words", "backbone_texts"),
    *LABELS_PROJECTS,
    *NUMBERS_PROJECTS,
)


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tools") / "projects"
    render_projects(EVERY_FORM, folder, export=True)
    return folder


@pytest.mark.parametrize("project", EVERY_FORM)
def test_tools_work(projects: Path, project: str) -> None:
    tests = "tests/tools/test_ranks.py" if project in ONE_GRAPH_DISTRIBUTED else "tests/tools"
    run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", tests, cwd=projects / project)
