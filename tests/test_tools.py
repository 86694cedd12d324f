"""What no user edits, tools and machinery: tests/tools, laid over a project of each form and target."""

import sys
from pathlib import Path

import pytest
from conftest import run
from mutations.projects import DISTRIBUTED_PROJECTS, LABELS_PROJECTS, NUMBERS_PROJECTS
from mutations.run import render_projects

EVERY_FORM = (
    *DISTRIBUTED_PROJECTS,
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
    run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/tools", cwd=projects / project)
