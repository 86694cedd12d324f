"""The pages under docs/: their commands run, what they show is what is printed, and no link leads nowhere."""

import re
from pathlib import Path

import pytest
import reference
from conftest import ROOT, git
from pages import bash, quick

DOCS = ROOT / "docs"
PAGES = sorted(path.stem for path in DOCS.glob("*.md"))
LINKED = ("README.md", "CONTRIBUTING.md", "benchmarks/README.md")
LINKING = [*DOCS.glob("*.md"), *(ROOT / name for name in LINKED)]
# A block of commands, and the block of what it prints, if that follows.
SCRIPT = re.compile(r"^```bash\n(.*?)^```$(?:\n+^```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
COMMANDS = {"scaffold": "scaffold", "pytest": "pytest", "torchrun": "torch.distributed.run"}
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def reader(
    shell_env: dict[str, str], template_repo: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Give the command of this checkout to the shell, and nothing to download."""
    commands = tmp_path_factory.mktemp("commands")
    # What pip would make, had it installed these modules into the reader's environment.
    for name, module in COMMANDS.items():
        path = f"{template_repo}:$PYTHONPATH" if name == "scaffold" else "$PYTHONPATH"
        (commands / name).write_text(f'#!/bin/sh\nPYTHONPATH="{path}" exec python -m {module} "$@"\n')
        (commands / name).chmod(0o755)
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_DEPS": "1"}
    return {**shell_env, **offline, "PATH": f"{commands}:{shell_env['PATH']}"}


@pytest.mark.parametrize("name", [name for name in PAGES if SCRIPT.search((DOCS / f"{name}.md").read_text())])
def test_the_commands_of_a_page_print_what_it_shows(
    name: str, reader: dict[str, str], template_repo: Path, folder: Path, tmp_path: Path
) -> None:
    """In turn, in one folder beside a clone of the repository; numbers are others after short trainings."""
    git("clone", "--quiet", template_repo, folder / "torch-scaffold", cwd=folder)
    here, place = folder, tmp_path / "place"
    for script, shown in SCRIPT.findall((DOCS / f"{name}.md").read_text()):
        done = bash(f"{quick(script)}\npwd > {place}", here, reader)
        here = Path(place.read_text().strip())
        printed = shapes((done.stdout + done.stderr).replace(str(folder.resolve()), "/home/ada"))
        missing = [line for line in shapes(shown) if line not in printed]
        assert not missing, "\n".join([f"{name}.md shows what is not printed:", *missing, "", *printed])


def shapes(text: str) -> list[str]:
    """Return the lines of a text without numbers, widths of columns and `...`, which is what is left out."""
    lines = (" ".join(re.sub(r"\d[\d.,e+-]*", "0", line).split()) for line in text.splitlines())
    return [line for line in lines if line not in {"", "..."}]


def test_the_reference_is_of_these_questions(pytestconfig: pytest.Config) -> None:
    """`make docs` writes it anew."""
    if pytestconfig.getoption("update_golden"):
        reference.PAGE.write_text(reference.page())
    assert reference.PAGE.read_text() == reference.page(), "make docs"


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", LINKING, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCED.sub("", page.read_text())):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), f"{page.name} links to {link}"
        headings = HEADING.findall(FENCED.sub("", target.read_text())) if anchor else []
        assert not anchor or anchor in map(slug, headings), f"{page.name} links to {link}"


def test_every_page_is_reached_from_the_index() -> None:
    linked = {link.partition("#")[0] for link in LINK.findall((DOCS / "README.md").read_text())}
    assert {f"{name}.md" for name in PAGES} - {"README.md"} <= linked
