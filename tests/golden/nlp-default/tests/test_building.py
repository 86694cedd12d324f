"""How models are built: what is registered, shared, and where it is made."""

import pytest
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from nlp_default.augment import Augment
from nlp_default.engine.state import TrainState
from nlp_default.model import build_model
from nlp_default.objective import Objective

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


def hidden_in(module):
    """Paths of plain attributes that hold tensors or modules which torch does not know of."""
    known = {*module.parameters(), *module.buffers(), *module.modules()}
    for path, part in module.named_modules():
        for name, value in vars(part).items():
            if name in {"_parameters", "_buffers", "_modules"}:
                continue
            values = list(value.values()) if isinstance(value, dict) else value
            for item in values if isinstance(values, list | tuple) else [values]:
                if isinstance(item, torch.Tensor | nn.Module) and item not in known:
                    yield f"{path}.{name}".strip(".")


def test_tensors_and_layers_are_registered(settings, info):
    """Others are not trained, saved or moved: nn.Parameter, register_buffer, nn.ModuleList."""
    state = TrainState(settings, info, total_steps=4)
    for module in (state.model, state.objective, state.augment):
        assert not list(hidden_in(module)), f"hidden in {type(module).__name__}"


def test_no_layer_stands_in_two_places(settings, info, num_outputs):
    """`[Block()] * 4` is one block four times. To share weights on purpose, share the Parameter."""
    model = build_model(settings.model, info, num_outputs)
    places = {}
    for path, module in model.named_modules(remove_duplicate=False):
        if list(module.parameters(recurse=False)):
            places.setdefault(module, []).append(path)
    assert [paths for paths in places.values() if len(paths) > 1] == []


def test_a_model_can_be_built_on_any_device(settings, info, num_outputs):
    """On `meta`, a device without memory, whatever insists on the CPU shows."""
    with torch.device("meta"):
        model = build_model(settings.model, info, num_outputs)
    tensors = [*model.named_parameters(), *model.named_buffers()]
    assert [name for name, tensor in tensors if not tensor.is_meta] == []
    on_cpu = dict(build_model(settings.model, info, num_outputs).named_parameters())
    assert dict(model.named_parameters()).keys() == on_cpu.keys()


class NamesNoDevice(TorchFunctionMode):
    """Notes tensors that are made without a device: on the CPU, wherever the input is."""

    MAKERS = (
        *(torch.arange, torch.empty, torch.eye, torch.full, torch.linspace, torch.ones, torch.rand),
        *(torch.randint, torch.randn, torch.randperm, torch.tensor, torch.zeros),
    )

    def __init__(self):
        self.found = []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function in self.MAKERS and "device" not in (kwargs or {}):
            self.found.append(f"torch.{function.__name__}")
        return function(*args, **(kwargs or {}))


def test_tensors_made_in_forward_are_made_on_the_device_of_the_input(
    settings, info, model, make_batch
):
    inputs, target = make_batch(3)
    objective, augment = Objective(settings.objective, info), Augment(settings.augment, info)
    with NamesNoDevice() as names_no_device:
        objective(model(*inputs), target)
        augment(inputs, target, torch.Generator())
    assert not names_no_device.found, "give these the device of an input, as in device=x.device"


def test_norms_average_over_many_batches(settings, info, num_outputs):
    """Torch's momentum is the weight of the new batch: 1 minus that of Keras and of papers."""
    for path, module in build_model(settings.model, info, num_outputs).named_modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            assert module.track_running_stats, f"{path} has no statistics for evaluation"
            assert module.momentum is None or 0 < module.momentum <= 0.5, f"momentum of {path}"
