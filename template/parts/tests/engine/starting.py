"""What a training begins with: the weights of a backbone, which it needs only then."""

import shutil

import inputs
import pytest
import torch

from package.data import load_data
from package.engine.backbone import find_backbone, find_body
from package.engine.checkpoint import load_checkpoint
from package.engine.run import RunError
from package.engine.state import TrainState, load_model
from package.model import build_model
from package.train import train


@pytest.fixture
def backbone(short_settings):
    """A tiny one in a folder, with random weights."""
    return short_settings.run.init


@pytest.fixture
def begin(short_settings):
    """``begin(source)``: a training as it begins."""

    def begin(source):
        start = load_checkpoint(source)
        data = load_data(short_settings.data, 0, start["info"], relabel=True)
        return TrainState(short_settings, data.info, 1, start)

    return begin


def test_a_training_begins_with_the_weights_of_the_backbone_and_a_head_of_its_own(begin, backbone):
    saved, model = inputs.read_weights(backbone), begin(backbone).model
    body = find_body(find_backbone(model))
    assert body
    for name, weight in body.items():
        assert torch.equal(weight, saved[name]), f"{name} is not that of the backbone"
    assert len(body) < len([*model.parameters()]), "there is no head of its own"


def test_random_weights_are_a_choice_that_is_told(begin, backbone, capsys):
    saved = inputs.read_weights(backbone)
    found = find_body(find_backbone(begin(backbone.with_name("backbone=random")).model))
    matrices = [name for name, weight in found.items() if weight.ndim > 1 and len(weight) > 1]
    assert matrices
    assert not [name for name in matrices if torch.equal(found[name], saved[name])]
    assert "random weights" in capsys.readouterr().err


def test_a_trained_model_needs_no_backbone_any_more(short_settings, backbone, begin, tmp_path):
    """It is evaluated, resumed and begun with where neither the folder nor a hub can be had."""
    short_settings.run.init = shutil.copytree(backbone, tmp_path / "gone")
    short_settings.run.save_every = 1
    run = train(short_settings)
    shutil.rmtree(tmp_path / "gone")
    checkpoint = load_checkpoint(run / "best.pt")
    model, _ = load_model(short_settings, checkpoint)
    known = {**load_checkpoint(backbone)["info"], **checkpoint["info"]}
    assert known == checkpoint["info"], "what belongs to its inputs is not kept"
    data = load_data(short_settings.data, 0, checkpoint["info"])
    assert model(*next(iter(data.test))[0]).isfinite().all()
    short_settings.training.epochs += 1
    train(short_settings, resume=run / "last.pt")
    first = find_body(find_backbone(begin(run).model))
    best = load_checkpoint(run / "best.pt")["model"]
    for name, weight in first.items():
        assert torch.equal(weight, best[f"backbone.{name}"])


def test_a_folder_without_weights_is_refused(begin, backbone, tmp_path):
    folder = shutil.copytree(backbone, tmp_path / "copy")
    inputs.weights_of(folder).unlink()
    with pytest.raises(RunError, match="cannot be read"):
        begin(folder)
    (folder / "config.json").write_text("{")
    with pytest.raises(RunError, match="cannot be read"):
        begin(folder)


def test_without_a_backbone_there_is_no_model(short_settings, backbone):
    info = load_checkpoint(backbone)["info"]
    del info["backbone"]
    with pytest.raises(RunError, match=r"give run\.init"):
        build_model(short_settings.model, info, 3)
