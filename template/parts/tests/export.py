"""The exported model: the same predictions, for batches of any size, without PyTorch."""

import json
import sys

import pytest
import torch

from package.data import load_data, read_inputs
from package.engine.checkpoint import load_checkpoint
from package.engine.run import RunError
from package.engine.state import load_model
from package.tools.export import DYNAMIC, export
from package.train import train


@pytest.fixture
def run(short_settings):
    short_settings.training.epochs = 1
    path = train(short_settings) / "best.pt"
    return {"settings": short_settings, "checkpoint": load_checkpoint(path), "path": path}


def test_the_exported_model_predicts_the_same(run, input_files):
    """For files of the user's, which are batches of other sizes than those it was checked with."""
    onnxruntime = pytest.importorskip("onnxruntime", reason="needs the extra export")
    export(**run)
    path = run["path"].parent / "model.onnx"
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    info = run["checkpoint"]["info"]
    stored = session.get_modelmeta().custom_metadata_map["info"]
    assert json.loads(stored) == json.loads(json.dumps(info))
    model, objective = load_model(run["settings"], run["checkpoint"])
    batches = [inputs for _, inputs in read_inputs(input_files, info)]
    data = load_data(run["settings"].data, 0, info)
    batches += [inputs for inputs, _ in data.validation]
    for inputs in batches:
        arrays = {name: tensor.numpy() for name, tensor in zip(DYNAMIC, inputs, strict=True)}
        (found,) = session.run(["probabilities"], arrays)
        with torch.inference_mode():
            expected = objective.predict(model(*inputs))
        torch.testing.assert_close(torch.from_numpy(found), expected, atol=1e-4, rtol=1e-3)
    assert not list(path.parent.glob("*.tmp"))


def test_without_its_libraries_export_says_how_to_get_them(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(RunError, match=r"export needs onnxruntime: pip install -e '\.\[export\]'"):
        export(**run)
