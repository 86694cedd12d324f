"""What TensorBoard finds of a run."""

import json

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from package.train import train


def test_every_epoch_and_the_settings_are_there(short_settings):
    short_settings.training.epochs = 2
    folder = train(short_settings)
    records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    found = EventAccumulator(str(folder)).Reload()
    for name in records[0]:
        values = [event.value for event in found.Scalars(name)]
        assert values == pytest.approx([record[name] for record in records], nan_ok=True)
    assert found.Scalars("final/loss")[-1].value == pytest.approx(records[-1]["loss"])
    assert "_hparams_/experiment" in found.summary_metadata
