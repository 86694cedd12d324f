"""Flags win over files, and a mistake in a file is named in one sentence."""

import re
from pathlib import Path

import pytest
from test_cli import append_short, command  # noqa: F401

from package.engine.checkpoint import check_resumable


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("optim:\n  lrr: 0.1\n", ["mine.yaml", "lrr", "--optim.lr"]),
        ("training:\n  epochs: many\n", ["mine.yaml", "epochs", "many"]),
        ("schedule:\n  warmup: 2.0\n", ["schedule.warmup"]),
        ("training:\n  clip_norm: -1\n", ["clip_norm"]),
        ("training: 3\n", ["mine.yaml", "sections"]),
        ("training:\n  epochs: [1\n", ["mine.yaml", "YAML"]),
    ],
)
def test_a_mistake_in_a_file_is_named(command, content, words):
    Path("mine.yaml").write_text(content)
    code, output, error = command("train", "--config", "mine.yaml")
    assert code, "a mistaken setting is ignored"
    message = re.sub(r"[\s│]", "", f"{code} {output} {error}")  # undo the lines of the box
    assert [word for word in words if word not in message] == []
    assert "Traceback" not in message
    assert not Path("runs").exists()


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
    known = {"settings": {"optim": {"lr": 0.1}}, "info": {}, "steps_per_epoch": 1}
    before = {"optim": {"lr": 0.1, "removed": 1}, "removed": {"value": 1}}
    check_resumable(tmp_path, {**known, "settings": before, "optimizer": {}}, known)
