"""What `scaffold list` and `scaffold explain` say."""

import json
import re
from pathlib import Path

import pytest
from conftest import Scaffold


def test_list_shows_at_a_glance_what_goes_together(scaffold: Scaffold, folder: Path) -> None:
    """A row for each task with the defaults first; every question with choices stands somewhere."""
    lines = scaffold("list", cwd=folder).stdout.splitlines()
    assert lines[0].split() == ["domain", "task", "architecture", "loss"]
    rows = [re.split("  +", line) for line in lines]
    assert [
        "vision",
        "classification",
        "resnet, cnn, mlp, vit, convnext, timm",
        "cross_entropy, nll, bce_with_logits",
    ] in rows
    assert ["", "segmentation", "unet", "cross_entropy, cross_entropy_dice"] in rows
    assert ["graph", "node_classification", "gcn, graphsage, gat, gin, gps", "cross_entropy, nll"] in rows
    assert ["", "graph_multilabel", "gin, gcn, graphsage, gat, gps", "bce_with_logits"] in rows
    assert ["schedule", "cosine, multistep, exponential, wsd, constant"] in rows
    below = [row[0] for row in rows[rows.index([""]) + 1 :]]
    known = ["optimizer", "schedule", "tracking", "license", "tune", "report", "export", "distributed"]
    known += ["chem"]
    assert below[: len(known)] == known
    assert max(map(len, lines)) <= 110


def test_list_of_one_kind(scaffold: Scaffold, folder: Path) -> None:
    """The kind is a question of the template; each choice has its line."""
    done = scaffold("list", "loss", cwd=folder)
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        *("loss", "cross_entropy", "nll", "bce_with_logits", "mse", "huber", "l1", "cross_entropy_dice")
    ]
    lines = scaffold("list", "optimizer", cwd=folder).stdout.splitlines()
    assert "  sgd             SGD with Nesterov momentum, the classic for convolutions" in lines


def test_list_as_json(scaffold: Scaffold, folder: Path) -> None:
    """JSON carries the reasons and sources too."""
    found = json.loads(scaffold("list", "--json", cwd=folder).stdout)["questions"]
    vit = next(entry for entry in found["architecture"]["choices"] if entry["choice"] == "vit")
    assert vit["source"].startswith("Dosovitskiy")
    assert set(vit) == {"choice", "help", "why", "source", "recipe", "goes_with"}
    assert found["export"]["type"] == "bool"
    assert found["export"]["default"] is False
    optimizers = {
        tuple(entry["answers"].values()): entry["default"] for entry in found["optimizer"]["defaults"]
    }
    nodes = {answers[-1]: name for answers, name in optimizers.items() if "node_classification" in answers}
    assert nodes["gcn"] == "adam" != nodes["gin"]
    by_task = {tuple(entry["answers"].items()): entry["default"] for entry in found["loss"]["defaults"]}
    assert by_task[("task", "node_regression"),] == "mse"
    sgd = {"task": "classification", "architecture": "resnet", "optimizer": "sgd"}
    schedules = [
        entry["default"] for entry in found["schedule"]["defaults"] if sgd.items() <= entry["answers"].items()
    ]
    assert schedules == ["multistep"]


def test_list_says_what_goes_with_what(scaffold: Scaffold, folder: Path) -> None:
    """The earlier answers that allow a choice, where some do not, as the questions have it."""
    questions = json.loads(scaffold("list", "--json", cwd=folder).stdout)["questions"]
    found = {key: question["choices"] for key, question in questions.items()}
    pairs = {entry["choice"]: entry["goes_with"] for entry in found["architecture"]}
    assert pairs["vit"] == {"domain": ["vision"], "task": ["classification", "multilabel", "regression"]}
    graphs = ["graph_classification", "graph_multilabel", "graph_regression"]
    nodes = ["node_classification", "node_regression"]
    assert {*pairs["gcn"]["task"]} == {*nodes, "link_prediction", *graphs}
    assert {*found["chem"][0]["goes_with"]["task"]} == {*graphs}
    assert all(entry["goes_with"] == {} for entry in found["domain"] + found["optimizer"])
    lines = scaffold("list", "task", cwd=folder).stdout.splitlines()
    assert "  node_classification  a class for each node of one graph  [domain graph]" in lines


def test_explain(scaffold: Scaffold, folder: Path) -> None:
    """One choice, all of one question, or one line for each question."""
    one = scaffold("explain", "loss=nll", cwd=folder).stdout
    assert "log-softmax is in objective.py" in one
    assert "Source: torch.nn.functional.nll_loss" in one
    every = scaffold("explain", "loss", cwd=folder).stdout
    assert one in every
    assert "loss=cross_entropy: " in every
    assert len(scaffold("explain", cwd=folder).stdout.splitlines()) == 14


def test_explain_inside_a_project(scaffold: Scaffold, folder: Path) -> None:
    """Its answers, why, according to whom, and what else would go with the rest of them."""
    scaffold("new", "p", "--architecture=gcn", "--task=node_regression", "--no-git", cwd=folder)
    told = scaffold("explain", cwd=folder / "p").stdout
    assert "architecture=gcn: a mean over neighbours" in told
    assert "Source: Kipf and Welling 2017" in told
    assert "Also: graphsage, gat, gin, gps" in told
    assert "loss=mse: mean squared error" in told
    assert "Also: huber, l1\n" in told
    assert "chem" not in told, "it is no question of this task"
    assert "report=yes" in told
    (folder / "p/.copier-answers.yml").write_text("domain: sound\n")
    done = scaffold("explain", cwd=folder / "p", check=False)
    assert "there is no domain 'sound' in .copier-answers.yml: choose vision, nlp or graph" in done.stderr


def test_a_yes_or_no_question_has_two_choices(scaffold: Scaffold, folder: Path) -> None:
    """What an extra is for stands with yes."""
    lines = scaffold("list", "tune", cwd=folder).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["tune", "yes", "no"]
    assert "find-lr" in scaffold("explain", "tune=yes", cwd=folder).stdout
    summary = scaffold("explain", cwd=folder).stdout
    assert "[yes, no]" in summary


def test_explain_prints_every_value_with_its_source(scaffold: Scaffold, folder: Path) -> None:
    """The rate of an architecture depends on the optimizer, maybe on the output; its family may tell it."""
    resnet = scaffold("explain", "architecture=resnet", cwd=folder).stdout
    assert "  sgd: lr 0.025, weight_decay 0.0005. Source: 0.1 at batch 256" in resnet
    assert "  training: epochs 20, batch_size 64," in resnet, "what the family says is left out"
    assert "  model: width 32, blocks_per_stage 2," in resnet
    gcn = scaffold("explain", "architecture=gcn", cwd=folder).stdout
    assert "  node, sgd: lr 1.0," in gcn
    assert "  node, model: width 64, depth 2," in gcn
    assert "  node, classes: Measured: test accuracy 81.9 on Cora" in gcn
    assert "  sample, sgd: lr 0.1," in gcn
    assert "  sample" not in scaffold("explain", "architecture=vit", cwd=folder).stdout


def test_another_template(scaffold: Scaffold, mini: Path, folder: Path) -> None:
    """Both read the questions of the template, whichever it is."""
    assert (
        scaffold("list", "task", "--template", mini, cwd=folder).stdout.splitlines()[1].split()[0]
        == "classification"
    )


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (
            ["list", "architectur"],
            "nothing can be listed for 'architectur' (did you mean 'architecture'?)",
        ),
        (["list", "name"], "nothing can be listed for 'name'"),
        (["explain", "optimiser"], "there is no question 'optimiser' (did you mean 'optimizer'?)"),
        (
            ["explain", "optimizer=sdg"],
            "there is no optimizer 'sdg' (did you mean 'sgd'?): choose adamw, adam, sgd or muon",
        ),
        (["explain", "tune=maybe"], "there is no tune 'maybe': choose yes or no"),
        (["explain", "name=x"], "there is no name 'x', which has no choices"),
    ],
)
def test_what_does_not_exist(scaffold: Scaffold, folder: Path, command: list[str], says: str) -> None:
    """One sentence, with the nearest thing that exists."""
    done = scaffold(*command, cwd=folder, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {says}")
    assert done.stderr.count("\n") == 1
    twin = scaffold(*command, "--json", cwd=folder, check=False)
    assert f"error: {json.loads(twin.stdout)['error']['message']}\n" == done.stderr
