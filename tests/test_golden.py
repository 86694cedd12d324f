"""Projects as they were last reviewed: a change of the template shows here as what users will get.

One of each domain is kept whole, the others as their difference to that one: what was chosen otherwise.
`make golden` writes them anew; look at the difference before it is committed.
"""

import shutil
from collections.abc import Mapping
from difflib import unified_diff
from itertools import chain
from pathlib import Path
from stat import S_ISREG

import pytest
from combinations import ALL
from conftest import ROOT, files, run

from scaffold.render import render

GOLDEN = ROOT / "tests/golden"
WHOLE = {f"{domain}-default": {"domain": domain, "license": "none"} for domain in ("vision", "nlp", "graph")}
# The name of a difference begins with its domain, and it is rendered under the name of the whole one.
DIFFERENCES: dict[str, dict[str, str]] = {
    "vision-contrast": {
        "license": "MIT",
        "architecture": "vit",
        "loss": "nll",
        "optimizer": "sgd",
        "schedule": "exponential",
    },
    "nlp-contrast": {"architecture": "transformer", "loss": "nll", "optimizer": "sgd"},
    "graph-contrast": {"architecture": "gat", "loss": "nll", "optimizer": "sgd", "schedule": "multistep"},
    "graph-classification": {"task": "graph_classification"},
}


def whole_of(name: str) -> str:
    return f"{name.split('-')[0]}-default"


def make(template: Path, to: Path, whole: str, changed: Mapping[str, str]) -> Path:
    answers = {**WHOLE[whole], "name": whole, **changed}
    render(template, to, answers, version="VERSION", recorded="TEMPLATE")
    return to


def difference(old: Path, new: Path) -> str:
    """Return what changes from one project to another, as git would apply it."""
    before, after = (
        {name: content.decode() for name, (mode, content) in files(folder).items() if S_ISREG(mode)}
        for folder in (old, new)
    )
    changes = (
        unified_diff(
            before.get(name, "").splitlines(keepends=True),
            after.get(name, "").splitlines(keepends=True),
            f"a/{name}" if name in before else "/dev/null",
            f"b/{name}" if name in after else "/dev/null",
        )
        for name in sorted(before | after)
    )
    return "".join(chain.from_iterable(changes))


def check(expected: Path, actual: Path) -> None:
    changes = difference(expected, actual).splitlines()
    assert not changes, "\n".join(["make golden, then look at it:", *changes[:100]])
    assert files(expected).keys() == files(actual).keys()


@pytest.mark.parametrize("name", WHOLE)
def test_project_is_as_reviewed(
    name: str, template_tree: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    rendered = make(template_tree, tmp_path / "rendered", name, {})
    if pytestconfig.getoption("update_golden"):
        shutil.rmtree(GOLDEN / name, ignore_errors=True)
        shutil.copytree(rendered, GOLDEN / name)
    check(GOLDEN / name, rendered)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_difference_is_as_reviewed(
    name: str, template_tree: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    rendered = make(template_tree, tmp_path / "rendered", whole_of(name), DIFFERENCES[name])
    if pytestconfig.getoption("update_golden"):
        whole = make(template_tree, tmp_path / "whole", whole_of(name), {})
        (GOLDEN / f"{name}.diff").write_text(difference(whole, rendered))
        return
    expected = tmp_path / "expected"
    shutil.copytree(GOLDEN / whole_of(name), expected)
    run("git", "apply", GOLDEN / f"{name}.diff", cwd=expected)
    check(expected, rendered)


def test_every_domain_is_reviewed() -> None:
    assert {whole_of(name) for name in DIFFERENCES} == set(WHOLE)
    assert {name.split("-")[0] for name in WHOLE} == {row["domain"] for row in ALL}
