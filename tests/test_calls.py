"""Wrong calls, most written down by somebody who knew the README only: each says what to type instead."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import commit, git
from refusing import Refuse
from update_world import call

ANYWHERE = {
    "create digits --defaults": "there is no command 'create': choose new, update, abort,",
    "lst": "there is no command 'lst' (did you mean 'list'?)",
    "--jsno list": "scaffold has no --jsno: scaffold --help",
    "new p --architecure vit --defaults": "scaffold new has no --architecure: write --architecture",
    "new p --architecture resnet50 --defaults": "(did you mean 'resnet'?): choose resnet, cnn, mlp, vit,",
    "new p --domain nlp --architecture resnet": "does not go with domain 'nlp': choose lstm, textcnn,",
    "new p --task regression --loss nll --domain nlp": "with task 'regression': choose mse, huber or l1",
    "new p --optimizer cosine --defaults": "there is no optimizer 'cosine': choose adamw, adam, sgd or muon",
    "new class --defaults": "choose another one, and give it with --set name=",
    "new --defaults": "say where: scaffold new PATH",
    "new my project --defaults": "takes one PATH, and 'project' is one too many: leave it out, or put quotes",
    "new p --set optimizer:sgd --defaults": "write --set optimizer=sgd",
    "new p --answers answers.yml": "answers.yml (No such file or directory): name one that is there",
    "new p --architecture= --defaults": "there is no architecture '': choose resnet",
    "new p --architecture --defaults": "--architecture needs a value: scaffold list architecture",
    "new p --defaults --architecture": "--architecture needs a value: scaffold list architecture",
    "new p": "give --defaults, or at least --domain (vision, nlp, graph)",
    "new p --defaults --tune yes": "--tune takes no value, such as 'yes': write --tune or --no-tune",
    "new p --tune --no-git --set tune=no": "tune is given twice on the command line: give it once",
    "new p --defaults --epochs 50": "configs/default.yaml: scaffold new --help",
    "new p --defaults --loss 1": "(did you mean 'l1', which does not go with task 'classification'?)",
    "list architectures": "(did you mean 'architecture'?): choose domain, task, architecture,",
    "list vision": "(did you mean 'domain', which has that choice?)",
    "list --domain graph": "shows a question with all its choices: scaffold list domain",
    "list --no-tune": "shows a question with all its choices: scaffold list tune",
    "list loss --quiet": "scaffold list has no --quiet, which belongs to new, update and regenerate: leave",
    "explain cosine": "(did you mean 'schedule', which has that choice?)",
    "explain schedule cosine": "one too many: scaffold explain schedule=cosine",
    "explain schedule=onecycle": "there is no schedule 'onecycle': choose cosine,",
    "abort a b": "takes one PATH, and 'b' is one too many: leave it out",
}
ELSEWHERE = {
    "new p --ref v9 --defaults": "has no version 'v9': ",
    "new p --template . --defaults": "give another one with --template",
    "new p --template nowhere.git --defaults": "give a folder, a git bundle or a git URL",
    "new p --template git+file:///nowhere.git --defaults": "check the address and the network",
    "update": "name the folder of a project that scaffold made",
    "abort ./nowhere": "/nowhere: name that of a project that scaffold made",
}
IN_A_PROJECT = {
    "update --architecture vit": (2, "scaffold regenerate --architecture vit"),
    "status --set optimizer=sgd": (2, "scaffold regenerate --set optimizer=sgd"),
    "diff --ref v1": (
        2,
        "scaffold diff has no --ref, which belongs to new, update, status, list and explain",
    ),
    "diff modle": (2, "(did you mean 'model'?): choose model, data,"),
    "abort": (1, "git log shows what was committed, and git revert undoes it"),
    "update --ref v9": (1, "has no version 'v9': choose v0.1.0"),
    "regenerate": (2, "run scaffold regenerate with model, data,"),
    "regenerate optimizer --optimizer sgd": (2, "(did you mean 'optim'?)"),
    "regenerate optim --architecture vit": (2, "name model with it"),
    "regenerate model --architecture lstm": (2, "does not go with domain 'vision': choose resnet"),
    "regenerate model --domain nlp": (2, "scaffold new PATH --domain nlp"),
    "regenerate model --no-tnue": (2, "write --no-tune"),
}


@pytest.mark.parametrize("line", ANYWHERE)
def test_usage(refuse: Refuse, line: str) -> None:
    refuse(2, ANYWHERE[line], *line.split())


def test_json_before_the_command(refuse: Refuse) -> None:
    assert json.loads(refuse.run("--json", "list").stdout)["error"]["remedy"] == "scaffold list --json"


@pytest.mark.parametrize("line", ELSEWHERE)
def test_places(refuse: Refuse, line: str) -> None:
    refuse(1, ELSEWHERE[line], *line.split())


@pytest.mark.parametrize("line", IN_A_PROJECT)
def test_in_a_project(refuse: Refuse, project: Path, line: str) -> None:
    refuse.folder = project
    code, says = IN_A_PROJECT[line]
    refuse(code, says, *line.split())


def test_uncommitted_and_broken(refuse: Refuse, project: Path) -> None:
    """What is to be done is named with its file."""
    refuse.folder = project
    (project / "p/model.py").write_text("MINE = 1\n")
    refuse(1, "changes in p/model.py: run git commit -am '...' first", "regenerate", "--architecture", "vit")
    (project / ".copier-answers.yml").write_text("{{{\n")
    commit(project, "broken")
    refuse(1, "git checkout COMMIT -- .copier-answers.yml takes it from one", "status")
    git("rm", "--quiet", ".copier-answers.yml", cwd=project)
    refuse(1, "or bring that file back with git if it was deleted", "update")


@pytest.fixture(scope="module")
def made(template_repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "p"
    assert call("new", folder, "--template", template_repo, "--defaults", "--quiet") == 0
    assert call("status", folder, "--json") == 0  # makes the folder of the lock
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "p")
    return tmp_path / "p"
