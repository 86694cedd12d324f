"""Backbones: their weights reach the model, their images reach it as they have learned them."""

import json
from dataclasses import replace

import inputs
import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

from package.data import load_data, read_inputs
from package.engine.backbone import find_backbone, find_head
from package.engine.checkpoint import load_checkpoint
from package.engine.run import RunError
from package.engine.state import TrainState


@pytest.fixture
def backbone(short_settings):
    """A tiny one in a folder, with random weights."""
    return short_settings.run.init


@pytest.fixture
def colours(tmp_path):
    """A backbone that has learned from colours."""
    return inputs.save_backbone(tmp_path / "colours", 1, "colour")


@pytest.fixture
def begin(short_settings):
    """``begin(source)``: what a training begins with, and the images that it gets."""

    def begin(source, **changes):
        start = load_checkpoint(source)
        settings = replace(short_settings, data=replace(short_settings.data, **changes))
        data = load_data(settings.data, 0, start["info"], relabel=True)
        return TrainState(settings, data.info, 1, start), data

    return begin


def test_statistics_come_with_the_weights_and_the_head_is_new(begin, backbone):
    state, _ = begin(backbone)
    saved, found = inputs.read_weights(backbone), find_backbone(state.model)
    for name, weight in found.state_dict().items():
        if name in find_head(found):
            old = saved[name]
            assert weight.shape != old.shape or not torch.equal(weight, old), f"{name} is not new"
        else:
            assert torch.equal(weight, saved[name]), f"{name} is not that of the backbone"


def test_weights_may_come_from_a_file(begin, backbone, tmp_path):
    """Of which timm insists on all but the head; a damaged one is never filled up silently."""
    weights = inputs.read_weights(backbone)
    file = tmp_path / "weights.pth"
    torch.save({**weights, "norm.weight": weights["norm.weight"] + 1}, file)
    found = find_backbone(begin(tmp_path / f"{backbone}={file}")[0].model).state_dict()
    assert torch.equal(found["norm.weight"], weights["norm.weight"] + 1)
    weights.pop("norm.weight")
    torch.save(weights, file)
    with pytest.raises(RunError, match=r"norm\.weight"):
        begin(tmp_path / f"{backbone}={file}")


def test_images_of_another_size_are_told_and_weights_fitted_to_them(begin, backbone, capsys):
    state, data = begin(backbone, image_size=[24])
    ((images,), _) = next(iter(data.train))
    assert images.shape[1:] == (1, 24, 24)
    assert state.model(images).isfinite().all()
    assert "has learned from 16x16" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["training", "predict"])
def test_pixels_are_those_that_the_backbone_has_learned_from(
    begin, colours, tmp_path, input_files, kind, capsys
):
    """Its size, interpolation, mean and deviation, in training as in `predict`: by hand."""
    config = json.loads((colours / "config.json").read_text())["pretrained_cfg"]
    _, data = begin(colours)
    assert "grey" in capsys.readouterr().err
    files = [example.image for example in data.train.dataset.examples]
    if kind == "training":
        examples = [data.train.dataset[number] for number in range(len(files))]
        ((found,), _) = data.train.collate_fn(examples)
    else:
        (tmp_path / "data").mkdir()
        found = torch.cat([images for _, (images,) in read_inputs(files, data.info)])
    for image, file in zip(found, files, strict=True):
        opened = Image.open(file).convert("RGB").resize((32, 32), Image.Resampling.BOX)
        pixels = torch.from_numpy(np.array(opened, dtype=np.float32) / 255).permute(2, 0, 1)
        mean, std = (torch.tensor(config[key])[:, None, None] for key in ("mean", "std"))
        assert_close(image, (pixels - mean) / std, atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("resnet81", "nearest are resnet"),
        ("resnet18.nosuchdata", r"those of resnet18 are .*a1_in1k"),
        ("vit_small_patch16_224.augreg_in21k", "hf download timm/vit_small.*--init backbone"),
        ("hf-hub:nobody/nothing", "hf download nobody/nothing .*--init backbone"),
        ("resnet18=no_such_file.pth", "cannot be read"),
    ],
)
def test_what_cannot_be_had_is_said_in_a_sentence(begin, tmp_path, monkeypatch, name, message):
    """Which names the command that helps; nothing ever begins with random weights instead."""
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(RunError, match=message) as found:
        begin(type(tmp_path)(name))
    assert "\n" not in str(found.value)
