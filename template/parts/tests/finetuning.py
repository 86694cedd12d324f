"""What is frozen in fine-tuning, at which rate the rest learns, and that a resumed run goes on."""

from dataclasses import replace

import inputs
import pytest
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector
from torch.testing import assert_close

from package.engine.backbone import find_backbone, find_body
from package.engine.checkpoint import find_last, load_checkpoint
from package.engine.state import TrainState
from package.finetuning import find_undecayed, tell_size
from package.optim import build_optimizer
from package.train import evaluate, train, train_steps

both = pytest.mark.parametrize("info", [*inputs.FORMS][:2], indirect=True)


@pytest.fixture
def batches(make_batch):
    return [make_batch(6, first=6 * step) for step in range(3)]


def copy_state(state):
    return {name: tensor.clone() for name, tensor in state.model.state_dict().items()}


def find_changed(state, before):
    now = state.model.state_dict()
    return {name for name in now if not torch.equal(now[name], before[name])}


def head_names(state):
    """All that is not of the backbone, or is its head, as the state of the model names it."""
    body = {*find_body(find_backbone(state.model)).values()}
    return {name for name, parameter in state.model.named_parameters() if parameter not in body}


def names_of_frozen(state):
    """What does not learn at all is frozen in model.py."""
    return {name for name, p in state.model.named_parameters() if not p.requires_grad}


@both
def test_the_head_learns_alone_at_first_and_everything_later(bare_settings, info, batches):
    """Weights and norms' statistics of the frozen part stay; no rate, decay or step moves them."""
    bare_settings.finetuning.frozen_epochs = 2
    bare_settings.optim.weight_decay = 0.1
    state = TrainState(bare_settings, info, total_steps=9)
    for epoch in (1, 2):
        before = copy_state(state)
        list(train_steps(state, batches))
        evaluate(state.model, state.objective, batches)
        assert find_changed(state, before) == head_names(state), f"in epoch {epoch}"
        state.begin_epoch(epoch + 1)
    before = copy_state(state)
    list(train_steps(state, batches))
    unchanged = before.keys() - find_changed(state, before) - names_of_frozen(state)
    assert not unchanged, "these do not learn, or keep statistics, when nothing is frozen"
    learning = names_of_frozen(TrainState(bare_settings, info, 1)) - names_of_frozen(state)
    assert learning, "nothing was frozen that learns now"


@both
def test_without_frozen_epochs_everything_learns_from_the_first_step(bare_settings, info, batches):
    state = TrainState(bare_settings, info, total_steps=3)
    before = copy_state(state)
    list(train_steps(state, batches))
    assert before.keys() - names_of_frozen(state) == find_changed(state, before)


@pytest.mark.parametrize("info", [[*inputs.FORMS][1]], indirect=True)
def test_a_frozen_part_is_in_eval_mode(bare_settings, info, batches):
    bare_settings.finetuning.frozen_epochs = 1
    state = TrainState(bare_settings, info, total_steps=6)
    for epoch in (1, 2):
        list(train_steps(state, batches))
        norms = [m for m in state.model.modules() if isinstance(m, nn.BatchNorm2d | nn.LayerNorm)]
        assert norms
        assert {norm.training for norm in norms} == {epoch == 2}
        state.begin_epoch(epoch + 1)


@both
def test_what_is_frozen_in_the_model_stays_so(bare_settings, info, batches, monkeypatch):
    """Frozen epochs end for what they have frozen, and for nothing else."""
    bare_settings.finetuning.frozen_epochs = 1
    build, frozen = TrainState.__init__.__globals__["build_model"], []

    def build_with_frozen_first(*args):
        model = build(*args)
        first = next(model.parameters()).requires_grad_(False)
        frozen.append(first)
        return model

    monkeypatch.setitem(TrainState.__init__.__globals__, "build_model", build_with_frozen_first)
    state = TrainState(bare_settings, info, total_steps=6)
    state.begin_epoch(2)
    assert not frozen[0].requires_grad


def rates_of(state):
    """The peak rate of each parameter, by name."""
    names = {parameter: name for name, parameter in state.model.named_parameters()}
    groups = state.optimizer.param_groups
    return {names[p]: group["initial_lr"] for group in groups for p in group["params"]}


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_each_layer_has_the_rate_of_the_next_one_times_the_decay(bare_settings, info):
    # jinja: if form == "images"
    """From the patches over the blocks of a small vision transformer to its head."""
    expected = {"patch_embed": 0.1, "cls_token": 0.1, "pos_embed": 0.1, "blocks.0": 0.2}
    expected |= {"blocks.1": 0.4, "norm": 0.4, "head": 0.8}
    # jinja: else
    """From the embeddings over the blocks of a small BERT to the head."""
    expected = {"embeddings": 0.1, "encoder.layer.0": 0.2, "encoder.layer.1": 0.4, "head": 0.8}
    # jinja: endif
    bare_settings.finetuning.layer_decay = 0.5
    bare_settings.optim.lr = 0.8
    rates = rates_of(TrainState(bare_settings, info, total_steps=1))
    for name, rate in rates.items():
        place = name.removeprefix("backbone.")  # what stands elsewhere is of the head
        layer = next((key for key in expected if place.startswith(key)), "head")
        assert rate == pytest.approx(expected[layer]), name


@both
def test_rates_rise_from_the_stem_to_the_head(bare_settings, info):
    """None is without one, and the head, which is new, has that of the settings."""
    bare_settings.finetuning.layer_decay = 0.5
    state = TrainState(bare_settings, info, total_steps=1)
    rates = rates_of(state)
    names = {name for name, _ in state.model.named_parameters()}
    assert rates.keys() == names - names_of_frozen(state)
    assert {rates[name] for name in head_names(state)} == {bare_settings.optim.lr}
    first = next(iter(rates_in_order(state)))
    assert first == min(rates.values()) < bare_settings.optim.lr
    bare_settings.finetuning.layer_decay = 1.0
    rates = rates_of(TrainState(bare_settings, info, total_steps=1))
    assert {*rates.values()} == {bare_settings.optim.lr}


def rates_in_order(state):
    rates = rates_of(state)
    return [rates[name] for name, _ in state.model.named_parameters() if name in rates]


@both
def test_the_first_group_has_the_rate_that_is_reported(bare_settings, info):
    bare_settings.finetuning.layer_decay = 0.5
    state = TrainState(bare_settings, info, total_steps=1)
    assert state.optimizer.param_groups[0]["initial_lr"] == bare_settings.optim.lr


@both
def test_rates_change_nothing_of_what_decays(bare_settings, info):
    settings = replace(bare_settings.optim)
    if not hasattr(settings, "weight_decay"):
        pytest.skip("this optimizer has no weight decay")
    bare_settings.optim.weight_decay = settings.weight_decay = 0.1
    state = TrainState(bare_settings, info, total_steps=1)
    plain = build_optimizer(settings, state.model)
    decays = [
        {p: group["weight_decay"] for group in each.param_groups for p in group["params"]}
        for each in (state.optimizer, plain)
    ]
    assert decays[0] == decays[1]


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_a_matrix_that_does_not_decay_is_told(bare_settings, info, model):
    """A layer of a kind that decay.py does not know, of which its authors say nothing either."""
    if not hasattr(bare_settings.optim, "weight_decay"):
        pytest.skip("this optimizer has no weight decay")
    bare_settings.optim.weight_decay = 0.1
    backbone = find_backbone(model)
    assert find_undecayed(backbone, build_optimizer(bare_settings.optim, model)) == []
    backbone.mixing = nn.ParameterList([nn.Parameter(torch.randn(3, 4))])
    found = find_undecayed(backbone, build_optimizer(bare_settings.optim, model))
    assert found == ["mixing.0"]


@both
def test_checkpointing_changes_no_gradient_and_keeps_less(bare_settings, info, batches):
    found = []
    for checkpointing in (False, True):
        bare_settings.finetuning.checkpointing = checkpointing
        state = TrainState(bare_settings, info, total_steps=3)
        sizes = []

        def pack(tensor, sizes=sizes):
            sizes.append(tensor.nbytes)
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            list(train_steps(state, batches))
        found.append((sum(sizes), parameters_to_vector(state.model.parameters())))
    (plain, weights), (less, same) = found
    assert less < plain, "activations are kept all the same"
    assert_close(weights, same)


@pytest.mark.parametrize("step", ["frozen", "last frozen", "first of all", "last"])
def test_a_run_goes_on_at_either_side_of_the_switch(short_settings, at_each_step, step):
    """As if it had not been interrupted, to the last bit."""
    short_settings.finetuning.frozen_epochs = 1
    short_settings.finetuning.layer_decay = 0.5
    short_settings.run.save_every = 1
    whole = load_checkpoint(train(short_settings) / "last.pt")
    per_epoch = whole["steps_per_epoch"]
    before = {"frozen": 1, "last frozen": per_epoch, "first of all": per_epoch + 1}
    steps = []

    def crash(*_):
        steps.append(1)
        if len(steps) == before.get(step, 2 * per_epoch - 1) + 1:
            raise RuntimeError("out of memory")

    at_each_step(crash)
    with pytest.raises(RuntimeError, match="out of memory"):
        train(short_settings)
    resumed = load_checkpoint(
        train(short_settings, resume=find_last(short_settings.run.folder, "last")) / "last.pt"
    )
    for part in ("model", "optimizer", "schedule"):
        assert_close(resumed[part], whole[part], rtol=0, atol=0, msg=f"{part} differs")
    assert torch.equal(resumed["random"]["torch"], whole["random"]["torch"])


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_every_setting_of_fine_tuning_counts(bare_settings, info, batches):
    """In what learns in the first step, at which rate, and with which layers computed twice."""
    tried = {"frozen_epochs": 1, "layer_decay": 0.3, "checkpointing": True}

    def outcome(settings):
        state = TrainState(replace(bare_settings, finetuning=settings), info, total_steps=1)
        calls = []
        for module in state.model.modules():
            module.register_forward_hook(lambda *_: calls.append(1))
        list(train_steps(state, batches[:1]))
        learning = [parameter.requires_grad for parameter in state.model.parameters()]
        return rates_in_order(state), learning, len(calls)

    given = {"frozen_epochs": 0, "layer_decay": 0.7, "checkpointing": False}
    base = replace(bare_settings.finetuning, **given)
    expected = outcome(base)
    for name, value in tried.items():
        changed = replace(base, **{name: value})
        assert outcome(changed) != expected, f"finetuning.{name} has no effect"


def test_a_large_backbone_says_how_much_disk_it_takes(capsys):
    """A disk that is full after the first epoch costs an epoch."""
    with torch.device("meta"):  # without memory
        small, large = nn.Linear(15_000, 15_000), nn.Linear(20_000, 20_000)
    tell_size(small)
    assert not capsys.readouterr().err
    tell_size(large)
    assert "up to 5 GB each: 1.6 GB of weights" in capsys.readouterr().err
