"""Every setting has an effect: one that is ignored is worse than one that is missing.

Those of model, optimizer and schedule are read off their classes: what you add is tried as well.
"""

from contextlib import suppress
from dataclasses import fields, replace

import pytest
import torch
from cyclopts import CoercionError, ValidationError
from torch.nn.utils import parameters_to_vector
from torch.optim.lr_scheduler import LambdaLR

from graph_default.engine.run import to_plain
from graph_default.engine.state import TrainState
from graph_default.model import build_model
from graph_default.schedule import lr_factor
from graph_default.train import train_steps

small = pytest.mark.parametrize("info", ["small"], indirect=True)


def with_others(settings, name):
    """The settings with other values of the field, of those that they accept."""
    value = getattr(settings, name)
    others = []  # of a value that means none, or of a name
    if isinstance(value, bool):
        others = [not value]
    elif isinstance(value, int):
        others = [value + 1, 2 * value, max(1, value // 2)]
    elif isinstance(value, float):
        others = [value / 2 if value else 0.3]
    elif isinstance(value, tuple):
        others = [tuple(item / 2 for item in value)]
    elif isinstance(value, list):
        others = [value[:-1]]
    for other in others:
        with suppress(ValueError):
            yield replace(settings, **{name: other})


def ignored(settings, outcome):
    """Fields of which no other value changes the outcome."""
    expected = outcome(settings)
    assert torch.equal(outcome(settings), expected), "the outcome is left to chance"
    others = {field.name: [*with_others(settings, field.name)] for field in fields(settings)}
    return [
        name
        for name, tried in others.items()
        if tried and all(torch.equal(outcome(other), expected) for other in tried)
    ]


def test_a_number_out_of_its_range_is_refused(settings, parse):
    """In one sentence that names the setting: neither a traceback nor a silent training.

    A setting that you add says its range in its type, as those beside it do.
    """
    accepted = []
    for section, values in to_plain(settings).items():
        for key, value in values.items():
            items = value if isinstance(value, list) else [value]
            if not items or any(type(item) not in (int, float) for item in items):
                continue
            for wrong in ("-1000000000", "nan", "many"):
                with suppress(CoercionError, ValidationError, ValueError):
                    parse(f"--{section}.{key}", *[wrong] * len(items))
                    accepted.append(f"{section}.{key} {wrong}")
    assert not accepted, "these are no values, but would be trained with"


@small
def test_every_setting_of_the_model_counts(settings, info, num_outputs, make_batch):
    def outcome(model_settings):
        torch.manual_seed(0)
        model = build_model(model_settings, info, num_outputs).train()
        sizes = torch.tensor([[p.numel(), p.requires_grad] for p in model.parameters()])
        return torch.cat([sizes.flatten(), model(*make_batch(5)[0]).detach().flatten()])

    assert not ignored(settings.model, outcome), "these change no size, no output, nor what learns"


@small
def test_every_setting_of_the_optimizer_counts(bare_settings, info, make_batch):
    if hasattr(bare_settings.optim, "weight_decay"):
        bare_settings.optim.weight_decay = 0.1

    def outcome(optim_settings):
        state = TrainState(replace(bare_settings, optim=optim_settings), info, total_steps=8)
        list(train_steps(state, [make_batch(4, first=4 * step) for step in range(3)]))
        return parameters_to_vector(state.model.parameters()).detach()

    assert not ignored(bare_settings.optim, outcome), "these do not change three steps"


@small
def test_a_step_at_the_peak_rate_leaves_something_of_the_weights(settings, info, make_batch):
    """A rate that is right for another optimizer drowns them at once."""
    state = TrainState(settings, info, total_steps=1)
    state.schedule = LambdaLR(state.optimizer, lambda step: 1.0)
    before = parameters_to_vector(state.model.parameters()).detach()
    list(train_steps(state, [make_batch(4)]))
    change = parameters_to_vector(state.model.parameters()).detach() - before
    assert change.norm() < before.norm(), "optim.lr is far too high for this optimizer"


def test_every_setting_of_the_schedule_counts(settings):
    def outcome(schedule_settings):
        return torch.tensor([lr_factor(step, 1000, schedule_settings) for step in range(1000)])

    assert not ignored(settings.schedule, outcome), "these do not change the learning rate"


@small
def test_the_gradient_is_clipped_to_the_setting(bare_settings, info, make_batch):
    bare_settings.training.clip_norm = 1e-3
    state = TrainState(bare_settings, info, total_steps=4)
    norms = []

    def record(*_):
        gradients = [p.grad for p in state.model.parameters() if p.requires_grad]
        norms.append(torch.nn.utils.get_total_norm(gradients).item())

    state.optimizer.register_step_pre_hook(record)
    list(train_steps(state, [make_batch(4), make_batch(4, first=4)]))
    assert norms == pytest.approx([1e-3] * 2, rel=1e-3), "training.clip_norm is not what is used"


@small
def test_the_seed_decides_weights_and_augmentation(settings, info):
    draws = []
    for seed in (0, 1):
        settings.training.seed = seed
        state = TrainState(settings, info, total_steps=4)
        weights = parameters_to_vector(state.model.parameters()).detach()
        device = state.device
        draws.append((weights, torch.rand(9, generator=state.generator, device=device)))
    for what, one, other in zip(("the weights", "the augmentation"), *draws, strict=True):
        assert not torch.equal(one, other), f"the seed does not reach {what}"
