"""What a training goes on with: weights, random numbers, scores; and what it refuses."""

from types import SimpleNamespace

import pytest
import targets
import torch
from torch.testing import assert_close

from package.engine.checkpoint import (
    CheckpointError,
    load_checkpoint,
    random_states,
    restore_random_states,
    save_checkpoint,
)
from package.engine.state import TrainState, find_head, load_model
from package.train import train

EXACTLY = {"rtol": 0, "atol": 0}
small = pytest.mark.parametrize("info", ["small"], indirect=True)


@small
def test_weights_of_another_training_but_for_the_head_of_other_targets(
    small_settings, info, num_outputs, monkeypatch
):
    checkpoint = TrainState(small_settings, info, 4).state_dict() | {"info": info}
    small_settings.training.seed += 1
    head = find_head(small_settings, info)
    state = TrainState(small_settings, info, 4, checkpoint)
    assert_close(state.model.state_dict(), checkpoint["model"], **EXACTLY)
    assert (state.epoch, state.optimizer.state_dict()["state"]) == (1, {})
    place = "package.engine.state.prediction_columns"
    monkeypatch.setattr(place, lambda given: given is info)
    state = TrainState(small_settings, {**info}, 4, checkpoint)
    kept, weights = checkpoint["model"], state.model.state_dict()
    assert head
    assert all(num_outputs in weights[name].shape for name in head)
    for name in head:
        weight = weights.pop(name)
        assert weight.dim() == 1 or not torch.equal(weight, kept[name]), "the head is kept"
    assert_close(dict(weights), {name: kept[name] for name in weights}, **EXACTLY)


@small
def test_weights_that_do_not_fit_are_refused(settings, info, model):
    """Loaded loosely, what is missing keeps its random start."""
    weights = model.state_dict()
    checkpoint = {"info": info, "model": dict(list(weights.items())[1:])}
    with pytest.raises(CheckpointError, match="of another model"):
        load_model(settings, checkpoint)
    checkpoint["model"] = {f"other.{name}": tensor for name, tensor in weights.items()}
    with pytest.raises(CheckpointError, match="of another model"):
        load_model(settings, checkpoint)
    name, value = next(
        (k, v) for k, v in vars(settings.model).items() if isinstance(v, int | float)
    )
    checkpoint["settings"] = {"model": {name: value + 1}}
    with pytest.raises(CheckpointError, match=rf"\(model.{name} was {value + 1}\)"):
        load_model(settings, checkpoint)


def test_other_settings_or_data_are_refused(short_settings):
    path = train(short_settings) / "last.pt"
    short_settings.optim.lr *= 2
    with pytest.raises(CheckpointError, match=r"optim\.lr"):
        train(short_settings, resume=path)
    short_settings.optim.lr /= 2
    short_settings.training.seed += 1
    with pytest.raises(CheckpointError, match=r"training\.seed"):
        train(short_settings, resume=path)
    short_settings.training.seed -= 1
    short_settings.training.epochs -= 1
    with pytest.raises(CheckpointError, match=r"is in epoch \d+: give training\.epochs"):
        train(short_settings, resume=path)
    short_settings.training.epochs += 1
    begun_with, short_settings.run.init = short_settings.run.init, path
    with pytest.raises(CheckpointError, match=r"run\.init"):
        train(short_settings, resume=path)
    short_settings.run.init = begun_with
    checkpoint = load_checkpoint(path)
    save_checkpoint(path, {**checkpoint, "steps_per_epoch": 99})
    with pytest.raises(CheckpointError, match=r"with other data \(steps 99, now"):
        train(short_settings, resume=path)
    targets.remember_otherwise(checkpoint["info"])
    save_checkpoint(path, checkpoint)
    with pytest.raises(CheckpointError, match="was begun with other data"):
        train(short_settings, resume=path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="is damaged"):
        train(short_settings, resume=path)


def test_random_numbers_of_an_accelerator_are_restored_too(monkeypatch):
    """Dropout draws from those of the device, here a stand-in; augmentation has its generator."""
    own, dropout = torch.Generator(), torch.Generator()
    module = SimpleNamespace(get_rng_state=dropout.get_state, set_rng_state=dropout.set_state)
    monkeypatch.setattr(torch, "get_device_module", lambda device: module)
    device = torch.device("cuda")
    generator = SimpleNamespace(device=device, get_state=own.get_state, set_state=own.set_state)
    states = random_states(generator)
    expected = [torch.rand(3, generator=each) for each in (own, dropout)]
    restore_random_states(states, generator)
    found = [torch.rand(3, generator=each) for each in (own, dropout)]
    assert_close(found, expected, **EXACTLY)


def test_a_training_goes_on_with_another_device():
    """Its generator has another state: 16 bytes, where CUDA's has written the checkpoint."""
    generator = torch.Generator().manual_seed(7)
    states = random_states(generator)
    expected = torch.rand(3), torch.rand(3, generator=generator)
    states["generator"], states["device"] = [("cuda", torch.zeros(16, dtype=torch.uint8))] * 2
    generator.manual_seed(7)
    restore_random_states(states, generator)
    assert_close((torch.rand(3), torch.rand(3, generator=generator)), expected, **EXACTLY)
