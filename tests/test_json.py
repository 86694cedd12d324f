"""`--json`: a program makes, inspects, switches, aborts and updates a project, and parses nothing else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import ROOT, Scaffold, commit
from update_world import TEMPLATE, World, both, make_world, replace, write

SCHEMA = json.loads((ROOT / "docs/json.schema.json").read_text())
Ask = Callable[..., dict[str, Any]]
TRAIN = "pkg/train.py"


def check(command: str, printed: str, code: int = 0) -> dict[str, Any]:
    """Read what a command printed, which has to be as the schema says."""
    content: dict[str, Any] = json.loads(printed)
    kind = "error" if code not in {0, 3} else command
    jsonschema.validate(content, {"$ref": f"#/$defs/{kind}", "$defs": SCHEMA["$defs"]})
    return content


@pytest.fixture
def ask(scaffold: Scaffold, folder: Path) -> Ask:
    """``ask("status", code=0)`` runs a command in the folder and returns what it printed."""

    def run(command: str, *args: str | Path, cwd: Path = folder, code: int = 0) -> dict[str, Any]:
        done = scaffold(command, *args, "--json", cwd=cwd, check=False)
        assert done.returncode == code, done.stdout
        assert done.stderr == ""
        return check(command, done.stdout, code)

    return run


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_program_needs_nothing_else(ask: Ask, folder: Path) -> None:
    """From the choices to a project, its switch and the way back."""
    questions = ask("list")["questions"]
    gat = next(entry for entry in questions["architecture"]["choices"] if entry["choice"] == "gat")
    assert gat["goes_with"]["domain"] == ["graph"]
    assert gat["recipe"]["node"]["adamw"]["lr"]
    assert questions["loss"]["default"] == "cross_entropy"
    planned = ask("new", "p", "--architecture", gat["choice"], "--dry-run")
    assert not list(folder.iterdir())
    made = ask("new", "p", "--architecture", gat["choice"])
    assert made == planned | {"dry_run": False}
    assert made["answers"]["task"] == "node_classification"
    project = Path(made["project"])
    also = ask("explain", cwd=project)["answers"]["architecture"]["also"]
    assert also == ["gcn", "graphsage", "gin", "gps"]
    assert ask("status", cwd=project)["components"]["model"] == "pristine"

    model = project / "p/model.py"
    before = model.read_text()
    model.write_text(before + "\nMINE = 1\n")
    assert ask("status", cwd=project)["edited"] == ["p/model.py"]
    assert "+MINE = 1" in ask("diff", "model", cwd=project)["diff"]
    refused = ask("regenerate", "--architecture", "gcn", cwd=project, code=1)["error"]
    assert refused["remedy"].startswith("run git commit")
    commit(project, "Mine")
    assert "--yes" in ask("regenerate", "model", cwd=project, code=2)["error"]["remedy"]
    restored = ask("regenerate", "model", "--yes", cwd=project)
    assert restored["files"] == [{"what": "restored", "path": "p/model.py", "why": ""}]
    commit(project, "As it was")

    switched = ask("regenerate", "--architecture", "gcn", cwd=project)
    assert {"what": "updated", "path": "p/model.py", "why": ""} in switched["files"]
    assert ask("abort", cwd=project)["title"].endswith("has been undone")
    assert model.read_text() == before
    assert ask("abort", cwd=project, code=1)["error"]["remedy"]
    assert ask("update", cwd=project)["files"] == []


def test_conflicts_are_told_with_status_3(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files, why, and which are left; a dry run says the same beforehand."""
    monkeypatch.setattr("tempfile.tempdir", None)  # it remembers the folder of the test before
    it: World = make_world(tmp_path, capfd, TEMPLATE)
    it.edit(replace(TRAIN, "loss.backward()", "loss.backward()  # mine_1"))
    it.release(
        both(replace(TRAIN, "loss.backward()", "loss.sum().backward()"), write("pkg/news.py", "NEWS = 2\n"))
    )
    planned = check("update", it.run("update", it.project, "--dry-run", "--json", code=3))
    assert planned["dry_run"]
    assert "+NEWS = 2" in planned["diff"]
    done = check("update", it.run("update", it.project, "--json", code=3))
    assert done["conflicts"] == planned["conflicts"] == [TRAIN]
    (conflict,) = [change for change in done["files"] if change["what"] == "conflict"]
    assert conflict == {"what": "conflict", "path": TRAIN, "why": "both changed the same lines"}
    assert check("status", it.run("status", it.project, "--json"))["conflicts"] == [TRAIN]


def test_all_faults_of_a_call_have_their_remedy(ask: Ask) -> None:
    """Of a wrong flag and a wrong command too, which the library for commands finds."""
    for args in (["new"], ["new", "p"], ["new", "p", "--architecture", "x"], ["lst"], ["list", "--x"]):
        assert ask(*args, code=2)["error"]["remedy"]
