"""The loop: gradient, learning rate and mode of every step; evaluation changes nothing."""

from dataclasses import replace
from itertools import islice, tee

import pytest
import torch
from torch.amp.grad_scaler import GradScaler
from torch.nn.utils import parameters_to_vector
from torch.optim.lr_scheduler import LambdaLR
from torch.testing import assert_close

from vision_default.engine.device import autocast
from vision_default.engine.state import TrainState
from vision_default.metrics import LOWER_IS_BETTER
from vision_default.schedule import lr_factor
from vision_default.train import evaluate, monitored, train_steps

STEPS = 80  # in which the model learns eight random labels by heart
pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


@pytest.fixture
def state(bare_settings, info):
    state = TrainState(bare_settings, info, total_steps=10)
    # Layers that draw do so again where a test calls the model as the loop has; a hook gives None.
    state.model.register_forward_pre_hook(lambda *_: torch.manual_seed(0) and None)
    return state


@pytest.fixture
def batches(make_batch):
    return [make_batch(size, first=10 * size) for size in (6, 3, 5, 4)]


@pytest.mark.parametrize("accumulate", [1, 2, 3])
@pytest.mark.parametrize("clip_norm", [0.0, 0.01, 1000.0])
def test_every_step_takes_the_gradient_of_its_own_batches(state, batches, clip_norm, accumulate):
    """Else gradients of earlier batches are left (zero_grad), or clipped wrongly, or too late.

    Of several batches it is the gradient of the mean over all their samples: a mean of their means
    would count the samples of a small batch too much. Samples are those that augmentation leaves.
    """
    state.clip_norm, state.accumulate = clip_norm, accumulate
    parameters = [p for p in state.model.parameters() if p.requires_grad]
    remaining, augmented = tee(batches)
    state.augment.forward = lambda *_: next(augmented)

    def compare(*_):
        means, counts = [], []
        for inputs, target in islice(remaining, accumulate):
            mean, count = state.objective(state.model(*inputs), target)
            means.append(mean)
            counts.append(float(count))
        loss = torch.stack(means) @ torch.tensor(counts) / sum(counts)
        gradients = torch.autograd.grad(loss, parameters)
        norm = torch.stack([gradient.square().sum() for gradient in gradients]).sum().sqrt()
        factor = min(1.0, clip_norm / norm.item()) if clip_norm else 1.0
        for parameter, gradient in zip(parameters, gradients, strict=True):
            assert_close(parameter.grad, factor * gradient, rtol=1e-3, atol=1e-6)

    state.optimizer.register_step_pre_hook(compare)
    assert len([*train_steps(state, reversed(batches))]) == -(-len(batches) // accumulate)
    assert next(remaining, None) is None, "not every batch leads to a step of the optimizer"


def test_the_loop_reports_the_loss_of_each_batch(state, batches):
    inputs, target = batches[0]
    expected, expected_count = state.objective(state.model.train()(*inputs), target)
    loss, count = next(train_steps(state, batches))
    assert_close(loss, expected.detach())
    assert count == expected_count
    assert not loss.requires_grad, "a loss that is kept with its graph keeps all activations"


def test_the_learning_rate_follows_the_schedule_in_every_step(small_settings, info, batches):
    """A schedule stepped per epoch, twice, or before the optimizer gives other rates."""
    settings = small_settings
    settings.schedule.warmup = 0.5
    state = TrainState(settings, info, total_steps=len(batches))
    rates = []
    state.optimizer.register_step_pre_hook(
        lambda optimizer, *_: rates.append([group["lr"] for group in optimizer.param_groups])
    )
    list(train_steps(state, batches))
    peaks = [group["initial_lr"] for group in state.optimizer.param_groups]
    assert settings.optim.lr in peaks, "no group has the rate of the setting"
    for step, rate in enumerate(rates):
        factor = lr_factor(step, len(batches), settings.schedule)
        assert rate == pytest.approx([factor * peak for peak in peaks]), f"step {step}"


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_sixteen_bits_give_nearly_the_same_step(bare_settings, info, make_batch, precision):
    """With fp16 the loss is scaled: clipping and the step must see the gradients as they are."""
    bare_settings.training.clip_norm = 0.1
    bare_settings.optim.lr = 0.0  # the second step begins where the first one did
    (inputs, _) = batch = make_batch(8)
    try:
        with autocast(torch.device("cpu"), precision):
            TrainState(bare_settings, info, total_steps=1).model(*inputs).sum().backward()
    except RuntimeError as error:
        pytest.skip(f"the CPU cannot run this model in {precision}: {error}")

    def measure(precision):
        bare_settings.training.precision = precision
        state = TrainState(bare_settings, info, total_steps=2)
        # The scale begins so large that first steps may overflow, and are left out.
        state.scaler.load_state_dict({**state.scaler.state_dict(), "scale": 256.0})
        norms = []

        def look(*_):
            trained = [p for p in state.model.parameters() if p.requires_grad]
            norms.append(torch.stack([p.grad.norm() for p in trained]).norm())
            state.clip_norm = 0.0  # in the second step

        state.optimizer.register_step_pre_hook(look)
        losses = [loss for loss, _ in train_steps(state, [batch, batch])]
        assert all(p.dtype == torch.float32 for p in state.model.parameters())
        return torch.stack([*losses, *norms])

    values, expected = measure(precision), measure("fp32")
    assert_close(values, expected, rtol=0.3, atol=0.0)
    assert not torch.equal(values, expected), f"the step is not made in {precision}"


def test_clipping_and_the_step_see_gradients_as_they_are(bare_settings, info, make_batch):
    """Also where the loss was scaled, as it is with fp16."""
    bare_settings.training.clip_norm = 0.1

    def measure(scaler):
        state = TrainState(bare_settings, info, total_steps=1)
        state.scaler = scaler
        norms = []
        trained = [p for p in state.model.parameters() if p.requires_grad]
        state.optimizer.register_step_pre_hook(
            lambda *_: norms.append([p.grad.norm() for p in trained])
        )
        list(train_steps(state, [make_batch(8)]))
        return torch.tensor(norms)

    scaler = GradScaler("cpu", init_scale=256.0)
    assert_close(measure(scaler), measure(GradScaler("cpu", enabled=False)))
    assert scaler.state_dict()["_growth_tracker"] == 1, "the scale is not kept up to date"


def test_the_scale_of_the_loss_survives_an_interruption(small_settings, info):
    small_settings.training.precision = "fp16"
    state, resumed = (TrainState(small_settings, info, total_steps=1) for _ in range(2))
    state.scaler.load_state_dict({**state.scaler.state_dict(), "scale": 256.0})
    resumed.load_state_dict(state.state_dict())
    assert resumed.scaler.state_dict() == state.scaler.state_dict()


def test_the_model_is_trained_on_what_augmentation_gives(
    small_settings, strong_augmentation, info, batches
):
    small_settings.augment = strong_augmentation  # of which some may change targets
    state = TrainState(small_settings, info, total_steps=len(batches))
    augmented, trained_on, targets = [], [], []
    state.augment.register_forward_hook(lambda module, _, result: augmented.append(result))
    state.model.register_forward_pre_hook(lambda module, inputs: trained_on.append(inputs))
    state.objective.register_forward_pre_hook(lambda module, given: targets.append(given[1]))
    list(train_steps(state, batches))
    assert len(augmented) == len(batches), "not every batch is augmented once"
    for inputs, target, (expected, changed) in zip(trained_on, targets, augmented, strict=True):
        assert all(a is b for a, b in zip(inputs, expected, strict=True))
        assert target is changed, "the loss is of the target as it was before"


def test_modules_are_in_training_mode_in_the_loop_and_in_eval_mode_in_evaluation(
    state, info, batches
):
    modes, modules = [], [*state.model.modules()]
    # What is frozen may keep the statistics that it came with.
    frozen = [m for m in modules if {p.requires_grad for p in m.parameters()} == {False}]
    kept = {part for module in frozen for part in module.modules()}
    for module in {*modules, state.objective} - kept:
        module.register_forward_pre_hook(lambda module, *_: modes.append(module.training))
    for _ in range(2):  # the second round: evaluation must not leave its mode to the training
        list(train_steps(state, batches[:1]))
        assert all(modes), "a module trains in eval mode"
        assert state.augment.training
        modes.clear()
        evaluate(state.model, state.objective, batches)
        assert not any(modes), "a module is evaluated in training mode"
        modes.clear()


def test_evaluation_changes_nothing(state, info, batches):
    before = {name: tensor.clone() for name, tensor in state.model.state_dict().items()}
    graphs = []
    state.model.register_forward_pre_hook(lambda *_: graphs.append(torch.is_grad_enabled()))
    first = evaluate(state.model, state.objective, batches)
    assert not any(graphs), "evaluation keeps the graph of every batch: use torch.inference_mode()"
    for name, tensor in state.model.state_dict().items():
        assert torch.equal(tensor, before[name]), f"evaluation has changed {name}"
    assert all(parameter.grad is None for parameter in state.model.parameters())
    assert repr(evaluate(state.model, state.objective, batches)) == repr(first)


def test_evaluation_does_not_depend_on_the_batch_size(state, info, make_batch, make_parts):
    """A mean over the means of batches counts the samples of a small last batch too much."""
    list(train_steps(state, [make_batch(8)]))
    whole = evaluate(state.model, state.objective, [make_batch(11)])
    found = evaluate(state.model, state.objective, make_parts(11))
    assert found == pytest.approx(whole, rel=1e-4)


def test_a_metric_that_is_monitored_counts_as_its_name_says(state, info, make_batch):
    metrics = evaluate(state.model, state.objective, [make_batch(11)])
    for name, value in metrics.items():
        expected = -value if name.startswith(LOWER_IS_BETTER) else value
        assert monitored(metrics, name) == pytest.approx(expected, nan_ok=True), name


def test_a_seed_decides_the_whole_run(small_settings, info, batches):
    """With dropout and augmentation as in the recipe."""
    small_settings.model.dropout = 0.2

    def run(seed):
        small_settings.training.seed = seed
        state = TrainState(small_settings, info, total_steps=len(batches))
        list(train_steps(state, batches))
        return parameters_to_vector(state.model.parameters())

    first = run(0)
    torch.rand(3)  # what was drawn before must not matter
    assert torch.equal(run(0), first)
    assert not torch.equal(run(1), first)


def test_a_batch_can_be_learned_by_heart(bare_settings, default_settings, info, make_batch):
    """The loss, not the accuracy: all predictions are right long before a wrong loss is small.

    A softmax in the model, for example, gets every sample right at a loss of about 1.5.
    """
    bare_settings.model = replace(default_settings.model)  # a small one would need more steps
    bare_settings.model.dropout = 0.0
    # Hardly any features or very many layers, or a rate for fine-tuning, would need more steps.
    sizes = vars(bare_settings.model)
    limits = {"width": (8, 1024), "depth": (2, 6)}
    for name, (least, most) in limits.items():
        if name in sizes and not least <= sizes[name] <= most:
            setattr(bare_settings.model, name, 4 * least if sizes[name] < least else most)
    bare_settings.optim.lr = max(0.001, bare_settings.optim.lr)
    state = TrainState(bare_settings, info, total_steps=STEPS)
    # A short warmup, then the peak: what is learned must not depend on the chosen schedule.
    state.schedule = LambdaLR(state.optimizer, lambda step: min(1.0, (step + 1) / 10))
    batch = make_batch(8)
    is_whole = all(parameter.requires_grad for parameter in state.model.parameters())
    # What is frozen may not tell the samples apart.
    most = 0.2 if is_whole else evaluate(state.model, state.objective, [batch])["loss"]
    list(train_steps(state, [batch] * STEPS))
    loss = evaluate(state.model, state.objective, [batch])["loss"]
    assert 0 <= loss < most, f"the loss of a batch seen {STEPS} times should be nearly 0"
