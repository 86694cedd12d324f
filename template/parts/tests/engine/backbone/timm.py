"""Backbones: their weights reach the model, their images reach it as they have learned them."""

import json
import shutil
from dataclasses import replace

import inputs
import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

from package.data import load_data, read_inputs
from package.engine.backbone import build_backbone, find_backbone, find_head, read_backbone
from package.engine.checkpoint import load_checkpoint
from package.engine.run import RunError
from package.engine.state import TrainState, load_model
from package.objective import num_outputs
from package.train import train


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


def saved_weights(folder):
    return torch.load(folder / "pytorch_model.bin", weights_only=True)


def test_a_training_begins_with_the_weights_of_the_backbone_and_a_head_of_its_own(begin, backbone):
    state, data = begin(backbone)
    body, found = saved_weights(backbone), find_backbone(state.model)
    for name, weight in found.state_dict().items():
        if name in find_head(found):
            assert len(weight) == num_outputs(data.info)
        else:
            assert torch.equal(weight, body[name]), f"{name} is not that of the backbone"


def test_weights_may_come_from_a_file(begin, backbone, tmp_path):
    """Of which timm insists on all but the head; a damaged one is never filled up silently."""
    weights = saved_weights(backbone)
    file = tmp_path / "weights.pth"
    torch.save({**weights, "norm.weight": weights["norm.weight"] + 1}, file)
    found = find_backbone(begin(tmp_path / f"{backbone}={file}")[0].model).state_dict()
    assert torch.equal(found["norm.weight"], weights["norm.weight"] + 1)
    weights.pop("norm.weight")
    torch.save(weights, file)
    with pytest.raises(RunError, match=r"norm\.weight"):
        begin(tmp_path / f"{backbone}={file}")


def test_random_weights_are_a_choice_that_is_told(begin, backbone, tmp_path, capsys):
    body = saved_weights(backbone)
    found = find_backbone(begin(tmp_path / f"{backbone}=random")[0].model).state_dict()
    assert not torch.equal(found["patch_embed.proj.weight"], body["patch_embed.proj.weight"])
    assert "random weights" in capsys.readouterr().err


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


def test_a_trained_model_needs_no_backbone_any_more(short_settings, backbone, tmp_path):
    """It is evaluated, resumed and begun with where neither the folder nor a hub can be had."""
    short_settings.run.init = shutil.copytree(backbone, tmp_path / "gone")
    short_settings.run.save_every = 1
    run = train(short_settings)
    shutil.rmtree(tmp_path / "gone")
    checkpoint = load_checkpoint(run / "best.pt")
    model, _ = load_model(short_settings, checkpoint)
    data = load_data(short_settings.data, 0, checkpoint["info"])
    assert model(*next(iter(data.test))[0]).isfinite().all()
    assert data.info["mean"] == [0.1]
    short_settings.training.epochs += 1
    train(short_settings, resume=run / "last.pt")
    short_settings.run.init = run
    first = find_backbone(begin_with(short_settings)).state_dict()
    last = load_checkpoint(run / "best.pt")["model"]
    assert_close(first["pos_embed"], last["backbone.pos_embed"])


def begin_with(settings):
    start = load_checkpoint(settings.run.init)
    data = load_data(settings.data, 0, start["info"], relabel=True)
    return TrainState(settings, data.info, 1, start).model


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


def test_a_folder_without_weights_is_refused(begin, backbone, tmp_path):
    folder = shutil.copytree(backbone, tmp_path / "copy")
    (folder / "pytorch_model.bin").unlink()
    with pytest.raises(RunError, match="cannot be read"):
        begin(folder)
    (folder / "config.json").write_text("{")
    with pytest.raises(RunError, match="cannot be read"):
        begin(folder)


def test_without_a_backbone_there_is_no_model(backbone):
    info = read_backbone(backbone)["info"]
    with pytest.raises(RunError, match=r"give run\.init"):
        build_backbone({key: value for key, value in info.items() if key != "backbone"}, 3)
