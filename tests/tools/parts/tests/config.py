"""A mistake in a file of settings is named, in one sentence."""

import re
from pathlib import Path

import pytest
from test_cli import command  # noqa: F401


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
