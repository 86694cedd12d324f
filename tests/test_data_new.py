"""`scaffold new --data`: what the command writes, prints, asks and refuses."""

import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import wild
import yaml
from conftest import Scaffold, files, git, run
from test_data_shapes import look, proposed
from test_json import check
from test_new import DOWN, ENTER, Terminal, answers

from scaffold.errors import ScaffoldError

CONFIG = "configs/default.yaml"


def settings(project: Path) -> dict[str, Any]:
    """Read the settings of a project."""
    content = yaml.safe_load((project / CONFIG).read_text())
    assert isinstance(content, dict)
    return content


@pytest.fixture
def reviews(folder: Path) -> Path:
    """Give a table of texts with stars, in a folder beside the one to work in."""
    return wild.table(
        folder.parent / "lake" / "reviews.csv", ("text", "stars"), lambda n: (wild.sentence(n), 1 + n % 5)
    )


def test_path_and_columns_stand_in_the_first_commit_and_are_no_answers(
    scaffold: Scaffold, folder: Path, reviews: Path
) -> None:
    """All else is as without the data, byte for byte; the lines are those that a user would have edited."""
    printed = scaffold("new", "p", "--data", "../lake/reviews.csv", cwd=folder).stdout
    scaffold("new", "q", "--name", "p", "--domain", "nlp", cwd=folder)
    made, plain = files(folder / "p"), files(folder / "q")
    changed = [name for name in made.keys() | plain.keys() if made.get(name) != plain.get(name)]
    assert changed == [CONFIG]
    before, after = ((folder / name / CONFIG).read_text().splitlines() for name in "qp")
    assert [line for line in after if line not in before] == [
        "  path: ../../lake/reviews.csv",
        "  columns: [text, stars]",
    ]
    assert len(after) == len(before)
    assert (folder / "p" / settings(folder / "p")["data"]["path"]).samefile(reviews)
    assert answers(folder / "p") == answers(folder / "q")
    assert git("status", "--porcelain", cwd=folder / "p") == ""
    assert git("log", "--format=%s", cwd=folder / "p").count("\n") == 0
    assert CONFIG in scaffold("status", cwd=folder / "p").stdout.partition("Edited:")[2]
    for line in (
        "data.path",
        "column `stars`: 5 distinct integers in 60 rows: classes; --task regression takes",
    ):
        assert line in printed
    assert printed.index("Cannot be told by looking:") < printed.index("Made ")


def test_a_program_gets_each_value_with_its_reason(scaffold: Scaffold, folder: Path, reviews: Path) -> None:
    """A dry run tells the same and writes nothing."""
    command = ("new", "p", "--data", str(reviews), "--json")
    planned = check("new", scaffold(*command, "--dry-run", cwd=folder).stdout)
    assert list(folder.iterdir()) == []
    made = check("new", scaffold(*command, cwd=folder).stdout)
    assert made == planned | {"dry_run": False}
    data = made["data"]
    assert [(one["key"], one["value"]) for one in data["answers"] + data["settings"]] == [
        ("domain", "nlp"),
        ("task", "classification"),
        ("data.path", "../../lake/reviews.csv"),
        ("data.columns", ["text", "stars"]),
    ]
    assert "data" not in check("new", scaffold("new", "q", "--domain", "nlp", "--json", cwd=folder).stdout)
    with pytest.raises(jsonschema.ValidationError):
        check("new", json.dumps(made | {"data": data | {"more": 1}}))


def test_a_refusal_is_an_error_of_one_sentence_and_nothing_is_written(
    scaffold: Scaffold, folder: Path
) -> None:
    (folder / "empty").mkdir()
    done = scaffold("new", "p", "--data", "empty", "--json", cwd=folder, check=False)
    assert done.returncode == 1
    assert check("new", done.stdout, 1)["error"]["remedy"] == "fill it, or name another"
    wild.table(folder / "a.csv", ("text", "a", "b"), lambda n: (wild.sentence(n), "xy"[n % 2], "uvw"[n % 3]))
    for flags in ([], ["--defaults"]):
        done = scaffold("new", "p", "--data", "a.csv", *flags, cwd=folder, check=False)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "is to be predicted stays open, a or b: name it, as in --columns a" in done.stderr
    assert not (folder / "p").exists()


@pytest.mark.parametrize(
    ("columns", "flags", "wanted"),
    [
        ((), {"task": "regression"}, {"task": "regression", "data.columns": ["text", "stars"]}),
        ((), {"loss": "mse"}, {"task": "regression", "data.columns": ["text", "stars"]}),
        ((), {"task": "multilabel"}, {"task": "multilabel", "data.columns": ["text", "stars"]}),
        (("text",), {"task": "regression"}, None),
        (("stars",), {}, {"task": "classification", "data.columns": ["text", "stars"]}),
        (("text", "stars"), {"domain": "nlp"}, {"task": "classification", "data.columns": ["text", "stars"]}),
        ((), {"task": "language_modelling"}, {"task": "language_modelling"}),
        ((), {"architecture": "textcnn"}, {"task": "classification", "data.columns": ["text", "stars"]}),
    ],
)
def test_a_wrong_guess_costs_one_flag(
    columns: tuple[str, ...], flags: dict[str, str], wanted: dict[str, Any] | None, reviews: Path
) -> None:
    """What was answered is not proposed, and decides how the data are taken."""
    if wanted is None:
        with pytest.raises(ScaffoldError, match="none of texts"):
            look(reviews, *columns, **flags)
        return
    found = proposed(look(reviews, *columns, **flags))
    assert {"domain": "nlp", **found, **flags} == {"domain": "nlp", **wanted, **flags}
    assert not found.keys() & flags.keys()


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"domain": "graph"}, "looks like classification in domain nlp"),
        (
            {"task": "segmentation"},
            "and --task segmentation does not go with it: leave out --task segmentation",
        ),
        ({"task": "node_classification"}, "leave out --task node_classification"),
    ],
)
def test_answers_that_contradict_the_data_are_refused(
    flags: dict[str, str], said: str, reviews: Path
) -> None:
    with pytest.raises(ScaffoldError, match=said) as refused:
        look(reviews, **flags)
    assert refused.value.code == 2


def test_labels_that_were_insisted_on_are_separated(folder: Path) -> None:
    here = wild.table(
        folder / "here/a.csv",
        ("text", "label"),
        lambda n: (wild.sentence(n), ("a|b", "c|d", "none", "nil")[n % 4]),
    )
    assert "data.label_separator" not in proposed(look(here))
    assert proposed(look(here, task="multilabel"))["data.label_separator"] == "|"


def test_what_was_insisted_on_is_noted(folder: Path) -> None:
    """Words taken as numbers cannot be trained on, but the flag wins, and a note says so."""
    here = wild.table(folder / "here/a.csv", ("text", "label"), lambda n: (wild.sentence(n), "ab"[n % 2]))
    found = look(here, task="regression")
    assert proposed(found) == {"domain": "nlp", "data.columns": ["text", "label"]}
    assert "--task regression was asked for, although the data look like classes" in found.notes[-1]


def test_columns_of_words_and_tags_are_numbers(folder: Path) -> None:
    here = wild.conll(folder / "here/a.conll", "{word}\tNN\t{tag}\t-")
    assert proposed(look(here, "0", "2"))["data.columns"] == ["0", "2"]
    for columns in (["word", "tag"], ["2"], ["0", "4"]):
        with pytest.raises(ScaffoldError, match="--columns"):
            look(here, *columns)


def test_columns_of_tabs_may_have_names(folder: Path) -> None:
    """A .tsv file may hold words and tags too, which is looked at first."""
    columns = ("a", "text", "stars", "b")
    cells = lambda n: (n % 2, wild.sentence(n), 1 + n % 5, n % 3)  # noqa: E731
    here = wild.table(folder / "here/a.tsv", columns, cells, mark="\t")
    assert proposed(look(here, "stars"))["data.columns"] == ["text", "stars"]
    bare = wild.table(folder / "here/b.tsv", (), cells, mark="\t")
    assert proposed(look(bare, "1", "2"))["data.columns"] == ["1", "2"]


def test_edges_are_predicted_where_nothing_else_is_said_or_they_were_asked_for(folder: Path) -> None:
    """They need no labels, and no table of nodes."""
    here = wild.ring(folder / "here", ("id", "label", "place"), lambda n: ("ab"[n % 2], f"town {n}"))
    links = {"task": "link_prediction", "data.columns": ["id"]}
    assert proposed(look(here))["task"] == "node_classification"
    assert {**links, **proposed(look(here, task="link_prediction"))} == {"domain": "graph", **links}
    with pytest.raises(ScaffoldError, match="--columns names label, and edges are to be predicted"):
        look(here, "id", "label", task="link_prediction")
    wild.ring(here, ("id", "place"), lambda n: [f"town {n}"])
    assert proposed(look(here)) == {"domain": "graph", **links}
    (here / "nodes.csv").unlink()
    for path in (here, here / "edges.csv"):
        assert proposed(look(path)) == {"domain": "graph", "task": "link_prediction"}
    with pytest.raises(ScaffoldError, match=r"has no nodes\.csv: add it"):
        look(here, task="node_classification")
    assert proposed(look(here / "edges.csv", "source", "target"))["domain"] == "nlp"


@pytest.mark.parametrize(
    ("task", "columns"),
    [("node_classification", ["id", "team"]), ("node_regression", ["id", "age", "height"])],
)
def test_of_nodes_the_columns_are_taken_that_a_task_can_predict(
    task: str, columns: list[str], folder: Path
) -> None:
    """Without it they may all be features, and edges are to be predicted."""
    people = ("id", "age", "height", "team")
    here = wild.ring(folder / "here", people, lambda n: (20 + n * 7 % 41, 150.5 + n % 40, "ab"[n % 2]))
    assert proposed(look(here))["task"] == "link_prediction"
    assert proposed(look(here, task=task))["data.columns"] == columns
    with pytest.raises(ScaffoldError, match="--columns begins with that of the nodes' names"):
        look(here, "age", "height")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("q/p", "--data", "q"), "q/p would lie within the data"),
        (("p", "--columns", "a"), "--columns is about --data, which was not given: add --data PATH"),
        (("p", "--data", "a.csv", "--columns", "text,,b"), "--columns names no column"),
        (("p", "--data", "a.csv", "--columns", "stars"), "has no column 'stars' but text, label"),
        (("p", "--data", "a.csv", "--task", "clasification"), "clasification"),
        (("p", "--data", "hf:owner/name"), "hf:owner/name is of a hub"),
        (("p", "--data", "q", "--columns", "cat"), "--columns names cat, and "),
        (("p", "--data"), "--data needs a value"),
    ],
)
def test_wrong_calls(scaffold: Scaffold, folder: Path, args: tuple[str, ...], said: str) -> None:
    wild.table(folder / "a.csv", ("text", "label"), lambda n: (wild.sentence(n), "ab"[n % 2]))
    wild.classes(folder / "q")
    done = scaffold("new", *args, cwd=folder, check=False)
    assert done.returncode in {1, 2}
    assert said in done.stderr
    assert done.stderr.count("\n") == done.stderr.count("error: ") == 1
    assert not (folder / "p").exists()


def test_a_link_to_data_stays_one_and_leads_there(scaffold: Scaffold, folder: Path) -> None:
    """Behind a link to the folder that the project stands in, too, where `..` leads elsewhere."""
    wild.classes(folder / "store" / "v1")
    (folder / "photos").symlink_to("store/v1")
    (folder / "deep/er").mkdir(parents=True)
    (folder / "short").symlink_to("deep/er")
    scaffold("new", "p", "--data", "photos", "--no-git", cwd=folder)
    assert settings(folder / "p")["data"]["path"] == "../photos"
    scaffold("new", "short/p", "--data", "photos", "--no-git", cwd=folder)
    project = folder / "deep/er/p"
    assert (project / settings(project)["data"]["path"]).samefile(folder / "store/v1")


@pytest.mark.parametrize("name", ["it's: a #1 {list}, ünï", "-dash", "yes", "7"])
def test_names_that_yaml_would_take_for_something_else(scaffold: Scaffold, folder: Path, name: str) -> None:
    column = name.replace(",", "") + "!"
    wild.table(folder / "lake" / name / "a.csv", (column, "null"), lambda n: (wild.sentence(n), "ab"[n % 2]))
    scaffold("new", "p", "--data", f"lake/{name}/a.csv", "--no-git", cwd=folder)
    data = settings(folder / "p")["data"]
    assert data["path"] == f"../lake/{name}/a.csv"
    assert data["columns"] == [column, "null"]


def test_a_template_of_another_kind_has_no_place_for_data(
    scaffold: Scaffold, mini: Path, folder: Path
) -> None:
    wild.classes(folder / "photos")
    done = scaffold("new", "p", "--data", "photos", "--template", mini, cwd=folder, check=False)
    assert "leave --data out" in done.stderr
    assert not (folder / "p").exists()


def test_at_a_terminal_only_what_stays_open_is_asked(scaffold: Scaffold, folder: Path) -> None:
    """The proposal is shown first; the column is asked for, and of the rest neither domain nor task."""
    wild.table(folder / "a.csv", ("text", "a", "b"), lambda n: (wild.sentence(n), "xy"[n % 2], "uvw"[n % 3]))
    with Terminal(scaffold, "new", "p", "--data", "a.csv", "--no-git", cwd=folder) as terminal:
        terminal.expect("Which column of")
        terminal.send(DOWN + ENTER)
        terminal.expect("column `b`: 3 distinct words")
        terminal.expect("Which architecture")
        for _ in range(12):
            terminal.send(ENTER)
        assert terminal.wait() == 0
    assert "istobepredicted?" in "".join(terminal.output.split())  # a long path may break the line
    assert "What is to be predicted?" not in terminal.output
    assert "What does the model look at?" not in terminal.output
    assert settings(folder / "p")["data"]["columns"] == ["text", "b"]


def test_nothing_of_it_is_loaded_without_data(scaffold: Scaffold, folder: Path) -> None:
    """A help page takes no longer for it."""
    code = (
        "import sys; from scaffold.cli import main\ntry: main()\nfinally: print(sys.modules, file=sys.stderr)"
    )
    for command in (["new", "--help"], ["new", "p", "--defaults", "--no-git"]):
        done = run(sys.executable, "-c", code, *command, cwd=folder, env=scaffold.command()[1])
        assert "scaffold.looking" not in done.stderr
