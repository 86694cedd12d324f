"""The model as an ONNX file, checked against the model at two batch sizes."""

import json
import logging
import os
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..data import Data, load_data
from ..engine.checkpoint import load_checkpoint
from ..engine.config import AllSettings, Checkpoint
from ..engine.run import RunError
from ..engine.state import load_model
from ..objective import Objective

LIBRARIES = ("onnx", "onnxruntime", "onnxscript")
# The inputs by name, and names for those of their dimensions that may have any size.
# jinja: if output == "pixel"
DYNAMIC = {"images": {0: "batch", 2: "height", 3: "width"}}
# jinja: elif form == "images"
DYNAMIC = {"images": {0: "batch"}}
# jinja: elif form in ["texts", "words"]
DYNAMIC = {"token_ids": {0: "batch", 1: "tokens"}, "mask": {0: "batch", 1: "tokens"}}
# jinja: elif form == "corpus"
DYNAMIC = {"token_ids": {0: "batch", 1: "tokens"}}
# jinja: elif output == "pair" and encodings
NODES = {0: "nodes"}
DYNAMIC = {"x": NODES, "edge_index": {1: "edges"}, "pairs": {1: "pairs"}, "walks": NODES}
# jinja: elif output == "pair"
DYNAMIC = {"x": {0: "nodes"}, "edge_index": {1: "edges"}, "pairs": {1: "pairs"}}
# jinja: elif form == "graph" and encodings
DYNAMIC = {"x": {0: "nodes"}, "edge_index": {1: "edges"}, "walks": {0: "nodes"}}
# jinja: elif form == "graph"
DYNAMIC = {"x": {0: "nodes"}, "edge_index": {1: "edges"}}
# jinja: elif encodings
NODES, EDGES = {0: "nodes"}, {1: "edges"}
DYNAMIC = {"x": NODES, "edge_index": EDGES, "graph": NODES, "sizes": {0: "batch"}, "walks": NODES}
# jinja: else
NODES = {0: "nodes"}
DYNAMIC = {"x": NODES, "edge_index": {1: "edges"}, "graph": NODES, "sizes": {0: "batch"}}
# jinja: endif
# jinja: if target == "tokens"
OUTPUT = {"log_probabilities": {0: "batch", 1: "tokens"}}
# jinja: elif output == "token"
OUTPUT = {"probabilities": {0: "batch", 1: "tokens"}}
# jinja: else
OUTPUT = {"probabilities": {0: "batch"}}
# jinja: endif
TOLERANCE = 1e-4  # of a probability, or of the largest number


class Predictor(nn.Module):
    """Inputs to predictions."""

    def __init__(self, model: nn.Module, objective: Objective) -> None:
        super().__init__()
        self.model, self.objective = model, objective

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.objective.predict(self.model(*inputs))


def export(*, settings: AllSettings, checkpoint: Checkpoint, output: Path | None = None) -> None:
    """Write a checkpoint as ONNX: prepared inputs to predictions, for batches of any size.

    Its metadata ``info``, as JSON, holds what is predicted and how inputs are prepared.

    Parameters
    ----------
    output
        File to write; none: model.onnx beside the checkpoint.
    """
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise RunError(f"export needs {', '.join(missing)}: pip install -e '.[export]'")
    settings.training.device = "cpu"
    loaded = load_checkpoint(checkpoint)
    data = load_data(settings.data, settings.training.seed, loaded["info"])
    predictor = Predictor(*load_model(settings, loaded)).eval()
    batches = make_batches(data)
    file = output or checkpoint.parent / "model.onnx"
    temporary = file.with_suffix(".tmp")
    try:
        write(temporary, predictor, batches[0], loaded["info"])
        for inputs in batches:
            check(temporary, predictor, inputs)
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)
    print(f"{file} gives the same as the model, at two batch sizes")


def make_batches(data: Data) -> list[tuple[Tensor, ...]]:
    """Two, of different sizes."""
    # jinja: if output == "pixel"
    dataset, collate = data.test.dataset, data.test.collate_fn
    large, small = (collate([dataset[n] for n in range(size)])[0] for size in (5, 2))
    batches = [large, tuple(images[:, :, :-3, 2:] for images in small)]
    # jinja: elif output == "pair"
    (x, edge_index, pairs, *more), _ = next(iter(data.test))
    half = len(x) // 2
    kept = (edge_index < half).all(dim=0)
    batches: list[tuple[Tensor, ...]] = [(x, edge_index, pairs, *more)]
    more = [each[kept] if len(each) == len(kept) else each[:half] for each in more]
    batches += [(x[:half], edge_index[:, kept], pairs[:, ::2] % half, *more)]
    if data.info.get("num_edge_features"):
        DYNAMIC["edge_attr"] = {0: "edges"}
    # jinja: elif form == "graph" and encodings
    (((x, edge_index, walks, *edge_attr), _),) = data.test
    half = len(x) // 2
    kept = (edge_index < half).all(dim=0)
    batches: list[tuple[Tensor, ...]] = [(x, edge_index, walks, *edge_attr)]
    half_attr = [features[kept] for features in edge_attr]
    batches += [(x[:half], edge_index[:, kept], walks[:half], *half_attr)]
    if edge_attr:
        DYNAMIC["edge_attr"] = {0: "edges"}
    # jinja: elif form == "graph" and edges
    (((x, edge_index, *edge_attr), _),) = data.test
    half = len(x) // 2
    kept = (edge_index < half).all(dim=0)
    batches: list[tuple[Tensor, ...]] = [(x, edge_index, *edge_attr)]
    batches += [(x[:half], edge_index[:, kept], *(features[kept] for features in edge_attr))]
    if edge_attr:
        DYNAMIC["edge_attr"] = {0: "edges"}
    # jinja: elif form == "graph"
    (((x, edge_index), _),) = data.test
    half = len(x) // 2
    batches: list[tuple[Tensor, ...]] = [(x, edge_index)]
    batches += [(x[:half], edge_index[:, (edge_index < half).all(dim=0)])]
    # jinja: elif form == "corpus"
    dataset: Any = data.test.dataset
    collate = data.test.collate_fn
    blocks = dataset.__getitems__([0, 1, 2, 3, 4])
    parts = ([block[: 1 + length] for block in blocks] for length in (dataset.context, 2))
    batches = [collate(next(parts))[0], collate(next(parts)[:2])[0]]
    # jinja: elif form == "graphs"
    dataset, collate = data.test.dataset, data.test.collate_fn
    batches = [collate([dataset[number] for number in range(size)])[0] for size in (5, 2)]
    if data.info["num_edge_features"]:
        DYNAMIC["edge_attr"] = {0: "edges"}
    # jinja: else
    dataset, collate = data.test.dataset, data.test.collate_fn
    batches = [collate([dataset[number] for number in range(size)])[0] for size in (5, 2)]
    # jinja: endif
    return batches


def write(path: Path, predictor: nn.Module, inputs: tuple[Tensor, ...], info: Any) -> None:
    import onnx

    # jinja: if architecture == "lstm"
    # The newer exporter unrolls an LSTM to the lengths of the example (torch 2.13).
    options: dict[str, Any] = {"dynamo": False, "dynamic_axes": {**DYNAMIC, **OUTPUT}}
    # jinja: else
    sizes = tuple(DYNAMIC.values())
    options: dict[str, Any] = {"dynamic_shapes": (sizes,), "external_data": False}
    # jinja: endif
    options |= {"input_names": [*DYNAMIC], "output_names": [*OUTPUT]}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(action="ignore"):
        try:
            torch.onnx.export(predictor, inputs, path, verbose=False, **options)
        except Exception as error:  # of many kinds, from tracing to a layer that ONNX lacks
            cause = str(error.__cause__ or error).strip().partition("\n")[0]
            raise RunError(f"this model cannot be exported, change it: {cause}") from error
    model = onnx.load(path)
    model.metadata_props.add(key="info", value=json.dumps(info))
    onnx.save(model, path)


@torch.inference_mode()
def check(path: Path, predictor: nn.Module, inputs: tuple[Tensor, ...]) -> None:
    from onnxruntime import InferenceSession

    session = InferenceSession(path, providers=["CPUExecutionProvider"])
    arrays = {name: tensor.numpy() for name, tensor in zip(DYNAMIC, inputs, strict=True)}
    (found,) = session.run(None, arrays)
    expected = predictor(*inputs)
    difference = (expected - torch.from_numpy(found)).abs().max().item()
    if not difference <= TOLERANCE * max(1.0, expected.abs().max().item()):
        sizes = " ".join(str(tuple(tensor.shape)) for tensor in inputs)
        raise RunError(
            f"the exported model differs by {difference:.2g} for {sizes}: nothing was written"
        )
