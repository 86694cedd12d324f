"""Flags win over files, and a mistake in a file is named in one sentence."""

import re
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest
import torch
import yaml
from test_cli import append_short, command  # noqa: F401

from package.cli import app
from package.engine.checkpoint import check_resumable
from package.engine.state import Settings


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("optim:\n  lrr: 0.1\n", ["optim.lrr from mine.yaml", "Did you mean --optim.lr?"]),
        ("optimm:\n  lr: 0.1\n", ["optimm.lr from mine.yaml", "Did you mean --optim.lr?"]),
        ("model:\n  zyzzyva: 3\n", ["model.zyzzyva from mine.yaml", "model has "]),
        ("optim:\n  lr: [0.1, 0.2]\n", ["optim.lr from mine.yaml", "[0.1, 0.2]"]),
        ("training:\n  epochs: many\n", ["training.epochs in mine.yaml", "many"]),
        ("schedule:\n  warmup: 2.0\n", ['"2.0" for schedule.warmup', "mine.yaml. Must be < 1"]),
        ("training:\n  clip_norm: -1\n", ['"-1.0" for training.clip_norm', "mine.yaml"]),
        ("training: 3\n", ["mine.yaml", "sections"]),
        ("training:\n  epochs: [1\n", ["mine.yaml", "YAML"]),
    ],
)
def test_a_mistake_in_a_file_is_named(command, content, words):
    Path("mine.yaml").write_text(content)
    sentence, *_ = command("train", "--config", "mine.yaml")
    assert sentence, "a mistaken setting is ignored"
    assert [word for word in words if word not in sentence] == []
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--lr", "-3"], 'Invalid value "-3.0" for --lr. Must be > 0.'),
        (["--lrr", "3"], "Unknown option: --lrr. Did you mean --optim.lr?"),
        (["--clip", "3"], "Unknown option: --clip. Did you mean --training.clip_norm?"),
        (["--training.epochs", "1.5"], "--training.epochs: invalid literal for int()"),
    ],
)
def test_a_mistaken_flag_is_named(command, flags, words):
    sentence, *_ = command("train", *flags)
    assert words in sentence


def test_a_setting_that_no_file_has_is_named(command):
    Path("configs/default.yaml").write_text("run:\n  name: bare\n")
    sentence, *_ = command("train")
    assert "is missing: give it, or add it to configs/default.yaml" in sentence


@pytest.fixture
def rewrite(command, short_settings):
    """``rewrite(change)`` changes both checkpoints of a short run."""
    append_short("configs/debug.yaml", short_settings)
    code, *_ = command("train", "--config", "configs/debug.yaml")
    assert not code

    def change_both(change):
        for path in Path("runs").glob("*/*.pt"):
            checkpoint = torch.load(path, weights_only=True)
            change(checkpoint)
            torch.save(checkpoint, path)

    return change_both


def drop_weights(checkpoint):
    checkpoint["model"].popitem()


def set_model(checkpoint):
    checkpoint["settings"]["model"] = {"of_another_kind": 3}
    drop_weights(checkpoint)


@pytest.mark.parametrize("change", [set_model, drop_weights])
def test_a_checkpoint_of_another_model_is_explained(command, rewrite, input_files, change):
    """As after a switch of the architecture, be its settings other ones or the same."""
    rewrite(change)
    # jinja: if target == "tokens"
    commands = (["evaluate"], ["generate", "--prompt", input_files[0].read_text()])
    # jinja: else
    commands = (["evaluate"], ["predict", *input_files])
    # jinja: endif
    for tokens in commands:
        sentence, *_ = command(*tokens)
        assert "the checkpoint is of another model" in str(sentence)
    sentence, *_ = command("train", "--resume", "last")
    told = "was begun with model." if change is set_model else "is of another model"
    assert told in str(sentence)


def test_a_checkpoint_of_another_optimizer_is_evaluated_but_not_resumed(command, rewrite):
    rewrite(lambda checkpoint: checkpoint["settings"]["optim"].pop("lr"))
    code, *_ = command("evaluate")
    assert not code
    sentence, *_ = command("train", "--resume", "last")
    assert "optim.lr" in str(sentence)


@pytest.fixture
def help_of(command, monkeypatch):
    """``help_of("train")``: the lines of the page, on a screen of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *tokens: command(*tokens, "--help")[1]


def test_help_shows_the_values_in_force(help_of):
    config = yaml.safe_load(Path("configs/default.yaml").read_text())
    config["optim"]["lr"] = 0.0123
    Path("configs/default.yaml").write_text(yaml.safe_dump(config))
    page = help_of("train")
    assert re.search(r"--optim.lr --lr FLOAT +Peak learning rate. \[default: 0.0123\]", page)
    assert re.search(r"--training.seed --seed INT .*?\[default: 0\]", page, re.DOTALL)
    assert "required" not in page
    assert "--checkpoint" not in page
    sections = [name for name, kind in get_type_hints(Settings).items() if fields(kind)]
    assert re.findall(r"╭─ (\w+) ─", page) == ["Parameters", *sections]


# jinja: if target == "tokens"
@pytest.mark.parametrize("name", ["evaluate", "generate"])
# jinja: else
@pytest.mark.parametrize("name", ["evaluate", "predict"])
# jinja: endif
def test_help_shows_what_matters_to_a_command(help_of, name):
    page = help_of(name)
    assert len(page.splitlines()) <= 32
    assert "--checkpoint" in page
    for other in ("--resume", "--model", "--optim", "--augment", "--training.epochs"):
        assert other not in page


def test_every_option_and_command_is_described():
    apps = [("", app)]
    while apps:
        name, one = apps.pop()
        assert one.help, name
        if one.default_command:
            arguments = one.assemble_argument_collection(parse_docstring=True)
            shown = arguments.filter_by(show=True)
            assert [arg.name for arg in shown if not arg.parameter.help] == [], name
        apps += [(command, one[command]) for command in one if not command.startswith("-")]


def test_flags_win_over_files(command, short_settings):
    Path("mine.yaml").write_text("optim:\n  lr: 3e-4\nrun:\n  name: mine\ntraining:\n  epochs: 1\n")
    append_short("mine.yaml", short_settings)
    folder = ("--run.folder", "others")
    code, _, _ = command("train", "--run.name", "flag", *folder, "--config", "mine.yaml")
    assert not code
    (config,) = Path("others").glob("*-flag/config.yaml")
    assert "lr: 0.0003" in config.read_text()
    code, *_ = command("evaluate", *folder)
    assert not code, "the run is not found where it was made"
    code, *_ = command("train", "--resume", "last", "--optim.lr", "0.123", *folder)
    assert "optim.lr" in str(code), "the run to resume is not found where it was made"


def test_a_setting_that_the_project_has_lost_is_no_other_setting(tmp_path):
    settings = {"optim": {"lr": 0.1}, "training": {"epochs": 1}}
    known = {"settings": settings, "info": {}, "steps_per_epoch": 1}
    before = {**settings, "optim": {"lr": 0.1, "removed": 1}, "removed": {"value": 1}}
    checkpoint = {**known, "settings": before, "optimizer": {}, "epoch": 1, "step": 0}
    check_resumable(tmp_path, checkpoint, known)


def test_a_run_that_begins_with_weights_has_their_model(command, short_settings):
    append_short("mine.yaml", short_settings)
    flags = ("--config", "mine.yaml", "--training.epochs", 1, "--training.clip_norm", 0.7)
    code, *_ = command("train", *flags)
    assert not code
    (first,) = Path("runs").iterdir()
    data = yaml.safe_load(Path("mine.yaml").read_text())["data"]
    Path("data.yaml").write_text(yaml.safe_dump({"data": data, "training": {"epochs": 1}}))
    code, *_ = command("train", "--config", "data.yaml", "--init", first, "--run.name", "second")
    assert not code, "the weights are not those of the recipe's model"
    (config,) = Path("runs").glob("*-second/config.yaml")
    assert f"init: {first}" in config.read_text()
    assert "clip_norm: 0.7" not in config.read_text(), "more than the model is taken over"
