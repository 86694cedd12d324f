"""A whole training on a few examples, and what its folder holds: all that is needed later."""

import json
import math

import pytest
import yaml
# jinja: if pretrained and domain == "nlp"
from tiny import load_data
# jinja: endif
from torch.nn.modules.module import register_module_forward_pre_hook

from package.augment import Augment
# jinja: if not (pretrained and domain == "nlp")
from package.data import load_data
# jinja: endif
from package.engine.checkpoint import find_best, load_checkpoint
from package.engine.run import to_plain
from package.engine.state import load_model
from package.metrics import score
from package.schedule import lr_factor
from package.train import evaluate, train

EPOCHS = 2
ACCUMULATE = 2  # which leaves a smaller last step


@pytest.fixture
def run_settings(short_settings):
    settings = short_settings
    settings.training.epochs, settings.training.accumulate = EPOCHS, ACCUMULATE
    settings.training.seed += 1
    # jinja: if form != "graph"
    settings.data.batch_size = 10
    # jinja: endif
    return settings


def test_a_run_can_be_reported_and_used_again(run_settings, at_each_step):
    rates, targets = [], []

    def record_target(module, inputs):
        if isinstance(module, Augment):  # which may mix them
            targets.append(inputs[1])

    at_each_step(lambda optimizer: rates.append(optimizer.param_groups[0]["lr"]))
    hook = register_module_forward_pre_hook(record_target)
    folder = train(run_settings)
    hook.remove()

    data = load_data(run_settings.data, run_settings.training.seed)
    total = EPOCHS * math.ceil(len(data.train) / ACCUMULATE)
    factors = [lr_factor(step, total, run_settings.schedule) for step in range(total)]
    assert rates == pytest.approx([run_settings.optim.lr * factor for factor in factors])
    assert len(targets) == EPOCHS * len(data.train), "an epoch has each batch once"

    # jinja: if form != "graph"
    order = [target for batch in targets for target in batch.tolist()]
    half = len(order) // EPOCHS
    assert order[:half] != order[half:], "every epoch sees the data in the same order"
    data.sampler.set_epoch(1)
    expected = [target for _, batch in data.train for target in batch.tolist()]
    assert order[:half] == expected, "training.seed does not decide the order"

    # jinja: endif
    assert yaml.safe_load((folder / "config.yaml").read_text()) == to_plain(run_settings)
    records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert [record["epoch"] for record in records] == list(range(1, EPOCHS + 1))
    assert records[0]["lr"] == pytest.approx(rates[total // EPOCHS]), "not what it has come to"

    for name, record in (("last.pt", records[-1]), ("best.pt", max(records[::-1], key=score))):
        checkpoint = load_checkpoint(folder / name)
        model, objective = load_model(run_settings, checkpoint)
        assert not model.training, "a loaded model predicts in training mode"
        assert not objective.training
        again = load_data(run_settings.data, run_settings.training.seed, checkpoint["info"])
        metrics = evaluate(model, objective, again.validation)
        assert metrics == pytest.approx({key: record[key] for key in metrics}), name
    assert find_best(run_settings.run.folder) == folder / "best.pt"
