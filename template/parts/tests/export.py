"""The exported model: the same predictions, for batches of any size, without PyTorch."""

import json

import pytest
import torch

from package.data import load_data
from package.engine.checkpoint import load_checkpoint
from package.engine.state import load_model
from package.tools.export import DYNAMIC, LIBRARIES, OUTPUT, export
from package.train import train


def test_the_exported_model_predicts_the_same(short_settings, input_files):
    """For files of the user's, which are batches of other sizes than those it was checked with."""
    for name in LIBRARIES:
        pytest.importorskip(name, reason="needs the extra export")
    import onnxruntime

    short_settings.training.epochs = 1
    best = train(short_settings) / "best.pt"
    checkpoint = load_checkpoint(best)
    export(settings=short_settings, checkpoint=best)
    path, info = best.with_name("model.onnx"), checkpoint["info"]
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = {
        name for given in session.get_inputs() for name in given.shape if isinstance(name, str)
    }
    assert names == {name for axes in DYNAMIC.values() for name in axes.values()}
    stored = session.get_modelmeta().custom_metadata_map["info"]
    assert json.loads(stored) == json.loads(json.dumps(info))
    model, objective = load_model(short_settings, checkpoint)
    # jinja: if target == "tokens"
    from package.generate import encode_prompt

    prompts = [encode_prompt(file.read_text(), info) for file in input_files]
    batches = [(torch.tensor([ids[: info["context"]]]),) for ids in prompts]
    # jinja: elif target == "tags"
    from package.data import read_inputs

    batches = [inputs for _, inputs, _ in read_inputs(input_files, info)]
    # jinja: else
    from package.data import read_inputs

    batches = [inputs for _, inputs in read_inputs(input_files, info)]
    # jinja: endif
    data = load_data(short_settings.data, 0, info)
    batches += [inputs for inputs, _ in data.validation]
    for inputs in batches:
        arrays = {name: tensor.numpy() for name, tensor in zip(DYNAMIC, inputs, strict=True)}
        (found,) = session.run([*OUTPUT], arrays)
        with torch.inference_mode():
            expected = objective.predict(model(*inputs))
        torch.testing.assert_close(torch.from_numpy(found), expected, atol=1e-4, rtol=1e-3)
    assert not list(path.parent.glob("*.tmp*"))
