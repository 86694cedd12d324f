"""What is wrong ends in one sentence, the right status and nothing left behind."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import MINI, ROOT, Scaffold, files, make_template
from refusing import Refuse

USAGE, REFUSED = 2, 1


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--domain", "sound"], "there is no domain 'sound': choose vision, nlp or graph"),
        (["--architecture", "resnett"], "no architecture 'resnett' (did you mean 'resnet'?): choose resnet,"),
        (["--set", "license=mit"], "there is no license 'mit' (did you mean 'MIT'?): choose none, MIT,"),
        (["--set", "optimiser=sgd"], "no question 'optimiser' (did you mean 'optimizer'?): the"),
        (["--set", "package=x"], "'package' is computed from name and cannot be set"),
        (["--set", "losses=x"], "'losses' is a table of the template and cannot be set"),
        (["--set", "tune=maybe"], "tune 'maybe' is neither yes nor no"),
        (["--set", "tune="], "tune '' is neither yes nor no"),
        (["--set", "tune=no", "--tune"], "tune is given twice on the command line: give it once"),
        (["--set", "loss"], "--set takes key=value, not 'loss'"),
        (["--set", "=x"], "--set takes key=value, not '=x'"),
        (["--loss", "nll", "--set", "loss=nll"], "loss is given twice on the command line: give it once"),
        (["--set", "loss=nll", "--set", "loss=nll"], "loss is given twice"),
        (["--arch", "vit"], "scaffold new has no --arch"),
        (["again"], "scaffold new takes one PATH, and 'again' is one too many"),
    ],
)
def test_bad_answers(refuse: Refuse, template_repo: Path, args: list[str], says: str) -> None:
    """A choice, a key or a flag that does not exist: what does, and the nearest."""
    refuse(USAGE, says, "new", "p", "--template", template_repo, "--defaults", *args)


@pytest.mark.parametrize(
    ("command", "says"),
    [(["new"], "say where"), (["nwe", "p"], "there is no command 'nwe' (did you mean 'new'?)")],
)
def test_bad_commands(refuse: Refuse, command: list[str], says: str) -> None:
    """Usage errors are one sentence too."""
    refuse(USAGE, says, *command)


@pytest.mark.parametrize(
    "name", ["2cool", "a.b", "über", "-x", "x-", "a b", "torch", "Queue", "tests", "class"]
)
def test_bad_names(refuse: Refuse, template_repo: Path, name: str) -> None:
    """A name that Python cannot import, or that would hide a module."""
    would_hide = name.lower() in {"torch", "queue", "tests", "class"}
    says = f"the name '{name}' {'would hide' if would_hide else 'cannot be a Python package'}"
    refuse(USAGE, says, "new", "p", "--template", template_repo, f"--name={name}", "--defaults")


def test_bad_name_of_the_folder(refuse: Refuse, scaffold: Scaffold) -> None:
    """It can be given apart from the folder."""
    says = "end with a letter or a digit, and give it with --set name=..."
    refuse.process(USAGE, says, scaffold, "new", "2cool", "--defaults")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (
            ["--task=classification", "--loss=mse"],
            "loss 'mse' does not go with task 'classification': choose cross_entropy or nll",
        ),
        (
            ["--task", "regression", "--set", "loss=nll"],
            "loss 'nll' does not go with task 'regression': choose mse",
        ),
        (
            ["--loss", "mes"],
            "(did you mean 'mse', which does not go with task 'classification'?): choose cross_entropy",
        ),
        (["--set", "family=x"], "'family' is computed from task and cannot be set"),
    ],
)
def test_pairings(refuse: Refuse, mini: Path, args: list[str], says: str) -> None:
    """What exists but does not go together names the answer that excludes it."""
    refuse(USAGE, says, "new", "p", "--template", mini, "--defaults", *args)


def test_only_the_answer_that_excludes_a_choice_is_named(refuse: Refuse, tmp_path: Path) -> None:
    """A computed value may stand between them; what is read but makes no difference is not named."""
    config = """
colours: {when: false, default: {red: {}, blue: {}}}
colour: {type: str, table: colours, choices: [red, blue], default: red}
sizes: {when: false, default: {small: {}, big: {}}}
size: {type: str, table: sizes, choices: [small, big], default: small}
heavy: {type: str, when: false, default: "{{ size == 'big' }}"}
wheels: {when: false, default: {two: {}, four: {}}}
wheel:
  {type: str, table: wheels, choices: "[two{% if heavy == 'True' and colour != 'green' %}, four{% endif %}]"}
"""
    repo = make_template(tmp_path / "t", {"copier.yml": config})
    says = "wheel 'four' does not go with size 'small': choose two"
    given = ["--set=size=small", "--set=wheel=four"]
    refuse(USAGE, says, "new", "p", "--template", repo, *given, "--defaults")


def test_every_fault_is_said_at_once(refuse: Refuse, template_repo: Path) -> None:
    """But not what only follows from another one: gcn is an architecture of graphs."""
    content = "domain: sound\narchitecture: gcn\ntask: [x]\noptimizer: sdg\nlicens: MIT\ntune: perhaps\n"
    (refuse.folder / "a.yml").write_text(content)
    done = refuse.run("new", "p", "--template", template_repo, "--answers", "a.yml", "--dry-run", "--json")
    faults = json.loads(done.stdout)["error"]["faults"]
    assert [fault["message"].partition(":")[0] for fault in faults] == [
        "there is no question 'licens' in a.yml (did you mean 'license'?)",
        "there is no domain 'sound' in a.yml",
        "task '['x']' in a.yml is not one word",
        "there is no optimizer 'sdg' in a.yml (did you mean 'sgd'?)",
        "tune 'perhaps' in a.yml is neither yes nor no",
    ]
    assert all(fault["remedy"] for fault in faults)
    plain = refuse.run("new", "p", "--template", template_repo, "--answers", "a.yml", "--dry-run")
    assert plain.stderr.count("error: ") == plain.stderr.count("\n") == len(faults)
    assert list(files(refuse.folder)) == ["a.yml"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("architectur: vit\n", "no question 'architectur' in a.yml (did you mean 'architecture'?)"),
        ("package: vit\n", "'package' in a.yml is computed from name and cannot be set"),
        ("architecture: vti\n", "there is no architecture 'vti' in a.yml (did you mean 'vit'?)"),
        ("architecture:\n", "architecture 'None' in a.yml is not one word: choose resnet, "),
        ("tune: 2\n", "tune '2' in a.yml is neither yes nor no"),
        ("tune: [no]\n", "tune '[False]' in a.yml is neither yes nor no"),
        ("architecture: [vit]\n", "architecture '['vit']' in a.yml is not one word: choose resnet, "),
        (
            "architecture: vit\n  loss: x\n",
            "a.yml is not YAML (mapping values are not allowed here at line 2): fix it there",
        ),
        ("- vit\n", "the answers file a.yml holds a list: write a line for each, with its key"),
        ("", "the answers file a.yml holds no answers: write a line for each, with its key"),
        ("\x80", "the answers file a.yml is not text in UTF-8"),
        (None, "/a.yml (No such file or directory): name one that is there"),
    ],
)
def test_answers_files(refuse: Refuse, template_repo: Path, content: str | None, says: str) -> None:
    """The sentence names the file, and what in it."""
    if content is not None:
        (refuse.folder / "a.yml").write_bytes(content.encode("latin-1"))
    refuse(USAGE, says, "new", "p", "--template", template_repo, "--answers", "a.yml", "--defaults")


def test_no_terminal(refuse: Refuse, scaffold: Scaffold) -> None:
    """All that would be asked is named, with what may be answered."""
    says = "there is no terminal to ask at: give --defaults, or at least --domain (vision, nlp, graph)"
    refuse.process(USAGE, says, scaffold, "new", "p")
    refuse.process(USAGE, "--tune or --no-tune", scaffold, "new", "p", "--optimizer", "sgd")
    refuse.process(USAGE, "say where: scaffold new PATH", scaffold, "new")


def test_taken(refuse: Refuse) -> None:
    """Neither a full folder nor a file is touched, nor what stands below a file."""
    (refuse.folder / "full").mkdir()
    (refuse.folder / "full" / "thesis.tex").write_text("words")
    (refuse.folder / "link").symlink_to("nowhere")
    for path in ("full", "full/thesis.tex", "link", "."):
        refuse(
            REFUSED,
            "is taken: choose a path that does not exist",
            "new",
            path,
            "--defaults",
        )
    refuse(REFUSED, "is a file: choose another path", "new", "full/thesis.tex/p", "--defaults")
    refuse(USAGE, "the path of the project is empty", "new", "", "--defaults")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="nothing here that even root cannot write to")
def test_unwritable(refuse: Refuse) -> None:
    """Permission bits do not stop root, /proc does."""
    refuse(REFUSED, "cannot write to /proc", "new", "/proc/p", "--defaults")


def test_no_git(refuse: Refuse, scaffold: Scaffold, tmp_path: Path) -> None:
    """The template is read with git."""
    env = {"PATH": str(tmp_path)}
    says = "git is not installed or not on the PATH"
    refuse.process(REFUSED, says, scaffold, "new", "p", "--defaults", env=env)


def test_templates_that_are_not_there(refuse: Refuse, mini: Path) -> None:
    """A path, a URL, a version."""
    (refuse.folder / "plain").mkdir()
    for args, says in [
        (
            ["--template", "nowhere"],
            "there is no template at 'nowhere': give a folder, a git bundle or a git URL",
        ),
        (["--template", ""], "there is no template at ''"),
        (["--template", "git+file:///nowhere.git"], "git clone failed: '/nowhere.git' does not appear"),
        (["--template", "plain"], "the template has no copier.yml at its root"),
        (["--template", str(mini), "--ref", "v7"], "has no version 'v7': choose v1.0.0"),
        (["--template", str(mini), "--ref", "--all"], "has no version '--all'"),
    ]:
        refuse(REFUSED, says, "new", "p", "--defaults", *args)
    refuse(USAGE, "is a folder without git", "new", "p", "--template", "plain", "--ref", "v1", "--defaults")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"template/x.jinja": "\n{{ nothing }}"},
            "the template cannot be rendered (template/x.jinja:2) ('nothing' is undefined): fix it there",
        ),
        ({"template/x.jinja": "{% if %}"}, "cannot be rendered (template/x.jinja:1) (Expected an expression"),
        ({"copier.yml": "a: [b\n"}, "the questions of the template cannot be read"),
        ({"copier.yml": "just text\n"}, "the questions of the template cannot be read"),
        (
            {"copier.yml": "_tasks: [touch x]\nname: x\n"},
            "cannot be rendered (Template uses",
        ),
        (
            {"copier.yml": "_min_copier_version: 99.0.0\nname: x\n"},
            "cannot be rendered (This template requires",
        ),
        (
            {"copier.yml": "name: '{{ nothing }}'\n"},
            "question 'name' cannot be evaluated ('nothing' is undefined): fix it there",
        ),
        (
            {"copier.yml": "name: {default: x, choices: '{{ \"[\" }}'}\n"},
            "choices of the template's question",
        ),
    ],
)
def test_broken_templates(refuse: Refuse, tmp_path: Path, change: dict[str, str], says: str) -> None:
    """What the template did wrong, and where."""
    strict = {
        name: text.replace("name: ", "_envops: {undefined: jinja2.StrictUndefined}\nname: ", 1)
        for name, text in change.items()
    }
    repo = make_template(tmp_path / "broken", MINI | (strict if "copier.yml" in change else change))
    refuse(REFUSED, says, "new", "p", "--template", repo, "--defaults")


def test_installation_without_a_template(refuse: Refuse, tmp_path: Path) -> None:
    """Neither a bundle nor a checkout."""
    shutil.copytree(ROOT / "scaffold", tmp_path / "lib/scaffold")
    says = "this installation carries no template: install torch-scaffold again, or give --template"
    refuse.process(REFUSED, says, Scaffold(tmp_path / "lib"), "new", "p", "--defaults")


def test_home_that_cannot_take_the_template(refuse: Refuse, installed: Scaffold) -> None:
    """A project whose answers name a bundle that is not there would never be updated."""
    (refuse.folder / "file").write_text("")
    env, says = {"SCAFFOLD_HOME": "file/below"}, "set SCAFFOLD_HOME to another folder"
    refuse.process(REFUSED, says, installed, "new", "p", "--defaults", env=env)
    refuse.process(REFUSED, "no version 'v7': choose v0.1.0", installed, "new", "p", "--ref=v7")
