"""What no user edits, tools and machinery: tests/tools, laid over one project of each form."""

import sys
from pathlib import Path

import pytest
from conftest import run
from mutations.projects import EVERY_TASK
from mutations.run import render_projects


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tools") / "projects"
    render_projects(EVERY_TASK, folder, export=True)
    return folder


@pytest.mark.parametrize("project", EVERY_TASK)
def test_tools_work(projects: Path, project: str) -> None:
    run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/tools", cwd=projects / project)
