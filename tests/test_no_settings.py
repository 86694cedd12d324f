"""A component may have no settings: neither a section, nor a flag, nor a field."""

import shutil
import sys
from pathlib import Path

from combinations import EXTRAS, FIXED
from conftest import run

from scaffold.render import render

PART = '''\
"""Cross-entropy without anything to set."""

from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class ObjectiveSettings:
    """None."""


def num_outputs(info: dict[str, Any]) -> int:
    return len(info["classes"])


class Objective(nn.Module):
    def __init__(self, settings: ObjectiveSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.info = info

    def forward(self, logits: Tensor, target: Tensor) -> tuple[Tensor, int]:
        return F.cross_entropy(logits, target), self.count(target)

    def count(self, target: Tensor) -> int:
        return len(target)

    def predict(self, logits: Tensor) -> Tensor:
        return logits.softmax(dim=1)
'''


def test_a_loss_without_settings_trains(template_tree: Path, tmp_path: Path) -> None:
    """By the defaults, from its checkpoint, and resumed; and the code is clean."""
    tree = shutil.copytree(template_tree, tmp_path / "template")
    questions = tree / "template/questions/loss.yml"
    text = questions.read_text()
    settings = 'classes: {label_smoothing: 0.0, class_weights: "null"}'
    assert settings in text
    questions.write_text(text.replace(settings, "classes: {}"))
    (tree / "template/parts/objective/cross_entropy.py").write_text(PART)
    project = tmp_path / "demo"
    answers = {**FIXED, "architecture": "mlp", **dict.fromkeys(EXTRAS, False)}
    render(tree, project, answers, version=None, recorded="template")
    assert "objective" not in (project / "configs/default.yaml").read_text()
    done = run(sys.executable, "-m", "demo", "train", "--config", "configs/debug.yaml", cwd=project)
    assert "best.pt" in done.stdout
    assert "test accuracy" in run(sys.executable, "-m", "demo", "evaluate", cwd=project).stdout
    run(sys.executable, "-m", "demo", "train", "--resume", "last", cwd=project)
    assert "objective" not in run(sys.executable, "-m", "demo", "train", "--help", cwd=project).stdout
    run(sys.executable, "-m", "mypy", cwd=project)
    run(sys.executable, "-m", "ruff", "check", cwd=project)
    run(sys.executable, "-m", "ruff", "format", "--check", cwd=project)
