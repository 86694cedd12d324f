"""What is wrong ends in one sentence, the right status and nothing left behind."""

import shutil
from pathlib import Path

import pytest
from conftest import MINI, ROOT, Done, Scaffold, files, make_template

USAGE, REFUSED = 2, 1


class Refuse:
    """Runs a command that must be refused, and looks at what it leaves behind."""

    def __init__(self, command: Scaffold, folder: Path, home: Path) -> None:
        """Remember where."""
        self.command, self.folder, self.home = command, folder, home

    def __call__(
        self,
        code: int,
        says: str,
        *args: str | Path,
        env: dict[str, str] | None = None,
        via: Scaffold | None = None,
    ) -> Done:
        """Check the status, the sentence and both folders."""
        before = files(self.folder), files(self.home)
        done = (via or self.command)(*args, cwd=self.folder, check=False, env=env)
        assert done.returncode == code, done.stderr
        assert done.stdout == ""
        assert done.stderr.startswith("error: ")
        assert done.stderr.count("\n") == 1
        assert done.stderr.endswith("\n")
        assert "Traceback" not in done.stderr
        assert says in done.stderr
        assert (files(self.folder), files(self.home)) == before
        return done


@pytest.fixture
def refuse(scaffold: Scaffold, folder: Path, home: Path) -> Refuse:
    """Give the check."""
    return Refuse(scaffold, folder, home)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--domain", "sound"], "there is no domain 'sound': choose vision or graph"),
        (
            ["--architecture", "resnett"],
            "no architecture 'resnett' (did you mean 'resnet'?): choose resnet, cnn,",
        ),
        (["--set", "license=mit"], "there is no license 'mit' (did you mean 'MIT'?): choose none, MIT,"),
        (
            ["--set", "optimiser=sgd"],
            "no question 'optimiser' (did you mean 'optimizer'?): the questions are arch",
        ),
        (["--set", "package=x"], "'package' is computed from name and cannot be set"),
        (["--set", "losses=x"], "'losses' is a table of the template and cannot be set"),
        (["--set", "loss"], "--set takes key=value, not 'loss'"),
        (["--set", "=x"], "--set takes key=value, not '=x'"),
        (["--loss", "nll", "--set", "loss=nll"], "loss is given twice on the command line: give it once"),
        (["--set", "loss=nll", "--set", "loss=nll"], "loss is given twice"),
        (["--arch", "vit"], "No such option: --arch"),
        (["again"], "unexpected extra argument"),
    ],
)
def test_bad_answers(refuse: Refuse, args: list[str], says: str) -> None:
    """A choice, a key or a flag that does not exist: what does, and the nearest."""
    refuse(USAGE, says, "new", "p", "--defaults", *args)


@pytest.mark.parametrize(
    ("command", "says"), [(["new"], "Missing argument"), (["nwe", "p"], "No such command 'nwe'")]
)
def test_bad_commands(refuse: Refuse, command: list[str], says: str) -> None:
    """Usage errors are one sentence too."""
    refuse(USAGE, says, *command)


@pytest.mark.parametrize(
    "name", ["2cool", "a.b", "über", "-x", "x-", "a b", "torch", "test", "Queue", "tests", "class"]
)
def test_bad_names(refuse: Refuse, name: str) -> None:
    """A name that Python cannot import, or that would hide a module."""
    would_hide = name.lower() in {"torch", "test", "queue", "tests", "class"}
    says = f"the name '{name}' {'would hide' if would_hide else 'cannot be a Python package'}"
    refuse(USAGE, says, "new", "p", f"--name={name}", "--defaults")


def test_bad_name_of_the_folder(refuse: Refuse) -> None:
    """It can be given apart from the folder."""
    refuse(USAGE, "the name '2cool' cannot be a Python package", "new", "2cool", "--defaults")
    assert "--set name=... gives another" in refuse(USAGE, "'torch'", "new", "torch", "--defaults").stderr


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--loss", "mse"], "loss 'mse' does not go with task 'classification': choose cross_entropy or nll"),
        (
            ["--task", "regression", "--set", "loss=nll"],
            "loss 'nll' does not go with task 'regression': choose mse",
        ),
        (["--loss", "mes"], "there is no loss 'mes': choose cross_entropy or nll"),
        (["--set", "family=x"], "'family' is computed from task and cannot be set"),
    ],
)
def test_pairings(refuse: Refuse, mini: Path, args: list[str], says: str) -> None:
    """What exists but does not go together names the answer that excludes it."""
    refuse(USAGE, says, "new", "p", "--template", mini, "--defaults", *args)


def test_only_the_answer_that_excludes_a_choice_is_named(refuse: Refuse, tmp_path: Path) -> None:
    """A computed value stands between them here; the colour has no part in it."""
    config = MINI["copier.yml"].replace("if task in entry.tasks", "if family in entry.families and colour")
    config = config.replace("tasks: [classification]", "families: [class]").replace(
        "tasks: [reg", "families: [number] #"
    )
    config = config.replace(
        "losses:\n",
        "colours: {when: false, default: {red: {}, blue: {}}}\n"
        "colour: {type: str, table: colours, choices: [red, blue], default: red}\nlosses:\n",
    )
    config = config.replace("{families: [number] #ression], help: squared error}", "{families: [number]}")
    config = config.replace('entry.help }}, {{ key }}]\n    {%- endfor %}\n"', "")
    repo = make_template(
        tmp_path / "t", MINI | {"copier.yml": config.replace("losses.items()", "losses.items()")}
    )
    says = "loss 'nll' does not go with task 'regression': choose mse"
    refuse(USAGE, says, "new", "p", "--template", repo, "--task", "regression", "--loss", "nll", "--defaults")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("architectur: vit\n", "no question 'architectur' in a.yml (did you mean 'architecture'?)"),
        ("package: vit\n", "'package' in a.yml is computed from name and cannot be set"),
        ("architecture: vti\n", "there is no architecture 'vti' in a.yml (did you mean 'vit'?)"),
        ("architecture:\n", "architecture 'None' in a.yml is not of type str"),
        ("architecture: [vit]\n", "architecture '['vit']' in a.yml is not of type str"),
        ("architecture: vit\n  loss: x\n", "the answers file a.yml is not YAML: mend it in line 2"),
        ("- vit\n", "the answers file a.yml must hold lines of the form 'key: value'"),
        ("", "the answers file a.yml must hold lines of the form 'key: value'"),
        ("\x80", "the answers file a.yml is not text in UTF-8"),
        (None, "cannot read the answers file a.yml: No such file or directory"),
    ],
)
def test_answers_files(refuse: Refuse, content: str | None, says: str) -> None:
    """The sentence names the file, and what in it."""
    if content is not None:
        (refuse.folder / "a.yml").write_bytes(content.encode("latin-1"))
    refuse(USAGE, says, "new", "p", "--answers", "a.yml", "--defaults")


def test_no_terminal(refuse: Refuse) -> None:
    """A question that nobody can be asked is named."""
    says = (
        "'license' is not answered and there is no terminal to ask at: give --set license=... or --defaults"
    )
    refuse(USAGE, says, "new", "p")


def test_taken(refuse: Refuse) -> None:
    """Neither a full folder nor a file is touched, nor what stands below a file."""
    (refuse.folder / "full").mkdir()
    (refuse.folder / "full" / "thesis.tex").write_text("words")
    (refuse.folder / "link").symlink_to("nowhere")
    for path in ("full", "full/thesis.tex", "link", "."):
        refuse(
            REFUSED,
            "is taken: choose a path that does not exist or an empty folder",
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


def test_no_git(refuse: Refuse, tmp_path: Path) -> None:
    """The template is read with git."""
    env = {"PATH": str(tmp_path)}
    refuse(REFUSED, "git is not installed or not on the PATH", "new", "p", "--defaults", env=env)


def test_templates_that_are_not_there(refuse: Refuse, mini: Path) -> None:
    """A path, a URL, a version."""
    (refuse.folder / "plain").mkdir()
    for args, says in [
        (
            ["--template", "nowhere"],
            "there is no template at 'nowhere': give a folder, a git bundle or a git URL",
        ),
        (["--template", ""], "there is no template at ''"),
        (
            ["--template", "git+file:///nowhere.git"],
            "git clone failed: '/nowhere.git' does not appear to be a git",
        ),
        (["--template", "plain"], "the template has no copier.yml at its root"),
        (["--template", str(mini), "--ref", "v7"], "has no version 'v7': its versions are v1.0.0"),
        (["--template", str(mini), "--ref", "--all"], "has no version '--all'"),
        (["--ref", "v7"], "has no version 'v7': its versions are v0.1.0"),
    ]:
        refuse(REFUSED, says, "new", "p", "--defaults", *args)
    refuse(USAGE, "is a folder without git", "new", "p", "--template", "plain", "--ref", "v1", "--defaults")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"x.jinja": "{{ nothing }}"}, "the template cannot be rendered: 'nothing' is undefined"),
        ({"x.jinja": "{% if %}"}, "the template x.jinja cannot be rendered: Expected an expression"),
        ({"copier.yml": "a: [b\n"}, "the questions of the template cannot be read"),
        ({"copier.yml": "just text\n"}, "the questions of the template cannot be read"),
        (
            {"copier.yml": "_tasks: [touch x]\nname: x\n"},
            "cannot be rendered: Template uses potentially unsafe",
        ),
        (
            {"copier.yml": "_min_copier_version: 99.0.0\nname: x\n"},
            "cannot be rendered: This template requires Copier",
        ),
        (
            {"copier.yml": "name: '{{ nothing }}'\n"},
            "question 'name' cannot be evaluated: 'nothing' is undefined",
        ),
        (
            {"copier.yml": "name: {default: x, choices: '{{ \"[\" }}'}\n"},
            "choices of the template's question 'name' are",
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
    says = "this installation carries no template: install scaffold again, or give --template"
    refuse(REFUSED, says, "new", "p", "--defaults", via=Scaffold(tmp_path / "lib"))


def test_home_that_cannot_take_the_template(refuse: Refuse, installed: Scaffold) -> None:
    """A project whose answers name a bundle that is not there would never be updated."""
    (refuse.folder / "file").write_text("")
    env = {"SCAFFOLD_HOME": "file/below"}
    refuse(REFUSED, "set SCAFFOLD_HOME to another folder", "new", "p", "--defaults", env=env, via=installed)
