"""What every model must do, whatever its architecture: keep to its inputs, give logits."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from graph_default.model import build_model
from graph_default.objective import Objective

# Unlike every other size in the model, so that axes cannot be mixed up.
BATCH_SIZES = [1, 2, 3, 5, 7]


@pytest.mark.parametrize("size", BATCH_SIZES)
def test_each_sample_gives_one_row_of_outputs(model, make_batch, num_outputs, size):
    inputs, target = make_batch(size)
    expected = (len(target), num_outputs)
    assert model(*inputs).shape == expected


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_an_untrained_model_guesses(bare_settings, info, num_outputs, make_batch):
    """It costs what outputs of 0 do; more means inputs or weights of the wrong scale."""
    objective = Objective(bare_settings.objective, info).eval()
    inputs, target = make_batch(64)
    losses = []
    for seed in range(4):
        torch.manual_seed(seed)
        outputs = build_model(bare_settings.model, info, num_outputs)(*inputs)
        losses.append(objective(outputs, target)[0].item())
    guessing = objective(torch.zeros_like(outputs), target)[0].item()
    assert sum(losses) / len(losses) == pytest.approx(guessing, rel=0.75)


def test_every_parameter_is_registered_and_used(model, make_batch):
    """Layers in a plain list, or built in `forward`, never train; layers never called are dead."""
    inputs, _ = make_batch(3)
    used, seen, pending = set(), set(), [model(*inputs).grad_fn]
    while pending:
        node = pending.pop()
        if node is not None and node not in seen:
            seen.add(node)
            pending += [parent for parent, _ in node.next_functions]
            # The graph ends in the tensors that gradients are kept for.
            if hasattr(node, "variable"):
                used.add(node.variable)
    unused = [n for n, p in model.named_parameters() if p.requires_grad and p not in used]
    assert not unused, "the outputs do not depend on these parameters"
    strangers = [tuple(tensor.shape) for tensor in used - set(model.parameters())]
    assert not strangers, "tensors of these shapes are trained, not registered: use nn.ModuleList"


def test_every_parameter_learns(settings, info, num_outputs, make_batch):
    """A gradient of zero everywhere: a detached branch, or an activation that is always off."""
    model = build_model(settings.model, info, num_outputs)
    objective = Objective(settings.objective, info)
    inputs, target = make_batch(8)
    objective(model(*inputs), target)[0].backward()
    learning = [(name, p.grad) for name, p in model.named_parameters() if p.requires_grad]
    idle = [name for name, gradient in learning if gradient is None or not gradient.any()]
    assert not idle, "these parameters get no gradient"


def test_nothing_comes_after_the_last_layer(model, make_batch):
    """The outputs are logits: softmax, sigmoid or ReLU belong to objective.py.

    Without them, what is added to the last bias is added to the outputs.
    """
    inputs, _ = make_batch(3)
    executed = []
    for module in model.modules():
        if getattr(module, "bias", None) is not None:
            module.register_forward_hook(lambda module, *_: executed.insert(0, module))
    with torch.no_grad():
        outputs = model(*inputs)
        added = torch.linspace(-30, 30, outputs.size(1))
        heads = [layer for layer in dict.fromkeys(executed) if layer.bias.numel() == len(added)]
        for layer in heads:  # a layer may run others of that size, such as a gate, within
            assert layer.bias.requires_grad, f"the last layer, {layer}, is frozen"
            layer.bias += added
            if torch.allclose(model(*inputs), outputs + added, atol=1e-4, rtol=1e-4):
                return
            layer.bias -= added
    pytest.fail(f"the outputs are not what the last layer, {executed[0]}, gives")


def test_inplace_activations_overwrite_nothing_that_is_still_needed(model, make_batch):
    """`x + f(relu_(x))` silently adds the wrong x; a first layer may overwrite the data itself."""
    inputs, _ = make_batch(3)
    before = [tensor.clone() for tensor in inputs]
    outputs = model(*inputs)
    assert_close(list(inputs), before, atol=0, rtol=0, msg="the model overwrites its inputs")
    for module in model.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    message = "an inplace activation overwrites what is used again: give it inplace=False"
    assert_close(model(*inputs), outputs, atol=1e-6, rtol=1e-6, msg=message)


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_gradients_are_the_slopes_of_the_outputs(model, make_batch):
    """A `detach`, `.data` or `no_grad` within the model cuts off a part of the gradient."""
    model.double()
    inputs = [x.double() if x.is_floating_point() else x for x in make_batch(3)[0]]
    weights = torch.randn_like(model(*inputs))
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    directions = [torch.randn_like(parameter) for parameter in parameters]

    def move(step):
        with torch.no_grad():
            for parameter, direction in zip(parameters, directions, strict=True):
                parameter += step * direction
        return (weights * model(*inputs)).sum()

    gradients = torch.autograd.grad(move(0.0), parameters)
    pairs = zip(gradients, directions, strict=True)
    slope = torch.stack([(gradient * direction).sum() for gradient, direction in pairs]).sum()
    step = 1e-9  # so small that hardly any ReLU is switched on the way
    measured = (move(step) - move(-2 * step)) / (2 * step)
    assert_close(slope, measured.detach(), rtol=1e-3, atol=1e-5)


def test_dropout_is_on_in_training_and_off_in_evaluation(settings, info, num_outputs, make_batch):
    has_dropout = hasattr(settings.model, "dropout")
    settings.model.dropout = 0.0
    layers = [*build_model(settings.model, info, num_outputs).modules()]
    rates = [layer.p for layer in layers if isinstance(layer, nn.modules.dropout._DropoutNd)]
    assert not has_dropout or not any(rates), "model.dropout does not reach every layer"
    settings.model.dropout = 0.5
    model = build_model(settings.model, info, num_outputs)
    inputs, _ = make_batch(3)
    model.train()
    dropped = not torch.equal(model(*inputs), model(*inputs))
    assert dropped or not has_dropout, "model.dropout has no effect in training"
    model.eval()
    state = torch.get_rng_state()
    assert torch.equal(model(*inputs), model(*inputs)), "something random is left in eval mode"
    assert torch.equal(torch.get_rng_state(), state), "the model draws or seeds in eval mode"


def test_logits_are_never_dropped(settings, info, num_outputs, make_batch):
    """Dropout belongs before the last layer: behind it, it hides what the model has to say."""
    settings.model.dropout = 0.5
    # One more, since of a single output nothing could be told.
    model = build_model(settings.model, info, num_outputs + 1).train()
    outputs = model(*make_batch(8)[0])
    zeros = outputs.flatten(0, -2) == 0
    # A row of zeros has lost all that the last layer reads; one of many logits is 0 by chance.
    assert zeros[~zeros.all(dim=-1)].sum() < 0.001 * zeros.numel()


def test_a_model_is_a_function_of_settings_and_seed(settings, info, num_outputs):
    models = []
    for _ in range(2):
        torch.manual_seed(1)
        models.append(build_model(settings.model, info, num_outputs))
    first, second = (nn.utils.parameters_to_vector(model.parameters()) for model in models)
    assert torch.equal(first, second)
