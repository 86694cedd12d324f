"""From one epoch to the next: what is drawn anew, what is reported, which checkpoint is kept."""

import json
from contextlib import redirect_stdout, suppress
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
import targets
import torch
from torch.nn.modules.module import register_module_forward_hook
from torch.testing import assert_close

from graph_default.cli import main
from graph_default.engine.checkpoint import load_checkpoint, save_checkpoint
from graph_default.engine.device import autocast
from graph_default.engine.state import TrainState, load_model
from graph_default.metrics import Metrics
from graph_default.objective import Objective
from graph_default.train import evaluate, train, train_steps

small = pytest.mark.parametrize("info", ["small"], indirect=True)


@small
@pytest.mark.parametrize("kind", ["dropout", "augmentation"])
def test_every_epoch_draws_anew(bare_settings, strong_augmentation, info, make_batch, kind):
    """A generator that is seeded in every epoch repeats the same dropout or augmentation."""
    if kind == "augmentation":
        bare_settings.augment = strong_augmentation
    elif hasattr(bare_settings.model, "dropout"):
        bare_settings.model.dropout = 0.5
    else:
        pytest.skip("the model has no dropout")
    bare_settings.optim.lr = 1e-12  # the weights stay as they are
    state = TrainState(bare_settings, info, total_steps=4)
    losses = [[loss.item() for loss, _ in train_steps(state, [make_batch(8)])] for _ in range(3)]
    assert losses[0] != losses[1] != losses[2], f"{kind} is the same in every epoch"


def test_the_training_loss_of_an_epoch_is_that_of_its_samples(short_settings, no_augmentation):
    """Not that of its last batch, nor a mean in which small batches count as much as large ones."""
    short_settings.training.epochs = 2
    short_settings.augment = no_augmentation  # of which some may leave less to be counted
    batches = []

    def record(module, _, result):
        if isinstance(module, Objective) and module.training:
            batches.append([float(torch.as_tensor(number).detach()) for number in result])

    hook = register_module_forward_hook(record)
    folder = train(short_settings)
    hook.remove()
    half = len(batches) // 2
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    for line, epoch in zip(lines, (batches[:half], batches[half:]), strict=True):
        expected = sum(loss * count for loss, count in epoch) / sum(count for _, count in epoch)
        assert json.loads(line)["train_loss"] == pytest.approx(expected, rel=1e-4)


@small
def test_metrics_are_computed_from_probabilities_of_a_whole_split(settings, info, make_batch):
    state = TrainState(settings, info, total_steps=4)
    batches = [make_batch(size, first=first) for first, size in {0: 7, 7: 7, 14: 3}.items()]
    found = evaluate(state.model, state.objective, batches)
    model, objective = state.model.eval(), state.objective.eval()
    with torch.no_grad():
        predictions = torch.cat([objective.predict(model(*inputs)) for inputs, _ in batches])
    whole = Metrics(objective.info)
    whole.update(predictions, torch.cat([target for _, target in batches]))
    expected = whole.compute()
    assert {name: found[name] for name in expected} == pytest.approx(expected, nan_ok=True)


def test_the_best_epoch_is_the_last_of_the_highest_score(short_settings, monkeypatch):
    scores = iter([0.5, 0.7, 0.7, 0.6])
    monkeypatch.setattr("graph_default.train.score", lambda metrics: next(scores))
    short_settings.training.epochs = 4
    folder = train(short_settings)
    assert load_checkpoint(folder / "best.pt")["run"]["record"]["epoch"] == 3
    assert load_checkpoint(folder / "last.pt")["run"]["record"]["epoch"] == 4
    assert len((folder / "metrics.jsonl").read_text().splitlines()) == 4


@small
def test_a_loaded_model_is_the_one_that_was_saved(settings, info, model, make_batch):
    inputs, _ = make_batch(5)
    settings.training.seed += 1  # other weights than those of the checkpoint
    loaded, objective = load_model(settings, {"info": info, "model": model.state_dict()})
    assert_close(loaded(*inputs), model(*inputs))
    assert not any(module.training for module in [*loaded.modules(), objective])


@pytest.fixture
def command(workplace):
    """``command("evaluate", ...)`` runs the command: what it printed."""

    def run(*arguments):
        output = StringIO()
        with redirect_stdout(output), suppress(SystemExit):
            main([str(argument) for argument in (*arguments, "--training.device", "cpu")])
        return output.getvalue()

    return run


@pytest.fixture
def half_precision(short_settings, info, make_batch):
    """bf16, or fp32 on a CPU that cannot run the model in it."""
    model = TrainState(short_settings, info, total_steps=1).model
    try:
        with autocast(torch.device("cpu"), "bf16"):
            model(*make_batch(2)[0])
    except RuntimeError:
        return "fp32"
    return "bf16"


def find_metrics(output, split):
    """Of lines such as ``test accuracy 0.98``."""
    lines = [line.split() for line in output.splitlines() if line.startswith(split)]
    return {name: float(value) for _, name, value in lines if name != "examples"}


def test_commands_use_the_training_they_follow(
    command, short_settings, input_files, half_precision
):
    """Its seed, its settings, its split and what it remembers of the data, whatever is default."""
    settings = short_settings
    sizes = {k: v for k, v in vars(settings.model).items() if type(v) is int and v > 1}
    settings.model = replace(settings.model, **{k: v // 2 for k, v in [*sizes.items()][:1]})
    settings.training.epochs, settings.training.seed, settings.data.split_seed = 1, 7, 5
    settings.training.precision = half_precision
    settings.run.folder = Path("runs")
    best = train(settings) / "best.pt"
    checkpoint = load_checkpoint(best)

    autocasting = set()

    def record(*_):
        autocasting.add(torch.is_autocast_enabled("cpu"))

    hook = register_module_forward_hook(record)
    output = command("evaluate", "--split", "validation")
    hook.remove()
    if half_precision == "bf16":
        assert True in autocasting, "not with the precision of the training"
    found = find_metrics(output, "validation")
    expected = {key: checkpoint["run"]["record"][key] for key in found}
    assert found == pytest.approx(expected, abs=1e-4), "not what training measured"
    assert find_metrics(command("evaluate", "--split", "test"), "test") != found

    from graph_default.data import read_inputs
    from graph_default.targets import describe_prediction

    model, objective = load_model(settings, checkpoint)
    info, expected = objective.info, []
    for rows, inputs in read_inputs(input_files, info):
        found = objective.predict(model(*inputs))
        found = found[: len(rows)]
        expected += [row | describe_prediction(p, info) for row, p in zip(rows, found, strict=True)]
    lines = command("predict", *input_files, "--format", "jsonl").splitlines()
    for line, row in zip(lines, expected, strict=True):
        assert json.loads(line).items() >= row.items()

    # What is known of the data comes from the checkpoint too: with another memory, other numbers.
    targets.remember_otherwise(info)
    checkpoint["settings"]["run"]["removed"] = 1  # since, from the project: it is left out
    save_checkpoint(Path("other.pt"), checkpoint)
    other = command("evaluate", "--split", "validation", "--checkpoint", "other.pt")
    assert len(other.splitlines()) == len(output.splitlines()), "a removed setting is refused"
    message = "evaluate reads another checkpoint, or prepares the data anew"
    # To the last digit: a model that knows little yet predicts nearly the same for all.
    files = [best.with_name("best-validation.json"), Path("other-validation.json")]
    before, after = (json.loads(file.read_text())["metrics"] for file in files)
    assert after != before, message
