"""What MLflow finds of a run, by its own client in a database of its own."""

import json

import pytest
from mlflow import MlflowClient

from package.engine.signals import Stopped
from package.engine.tracking import Tracker
from package.train import train


@pytest.fixture
def client(short_settings, monkeypatch):
    """Without a server the database is in the folder of runs."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    short_settings.run.folder.mkdir()
    return MlflowClient(f"sqlite:///{short_settings.run.folder.resolve()}/mlflow.db")


def test_a_run_that_is_resumed_stays_one_run(short_settings, client, monkeypatch):
    short_settings.training.epochs = 2

    def stop(record):
        raise Stopped(2, short_settings.run.folder)

    with pytest.raises(Stopped):
        train(short_settings, on_epoch=stop)
    (last,) = short_settings.run.folder.glob("*/last.pt")
    experiment = client.get_experiment_by_name(Tracker.__module__.partition(".")[0])
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.info.status == "RUNNING"
    folder = train(short_settings, resume=last)
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.info.status == "FINISHED"
    assert run.info.run_name == folder.name
    assert run.data.params["optim.lr"] == str(short_settings.optim.lr)
    records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert len(records) == 2
    for name in records[0]:
        history = client.get_metric_history(run.info.run_id, name)
        assert [metric.step for metric in history] == [1, 2]
        expected = [record[name] for record in records]
        assert [metric.value for metric in history] == pytest.approx(expected, nan_ok=True)


def test_names_with_other_characters_are_taken(short_settings, client):
    """Columns of numbers are called as in the user's file."""
    folder = short_settings.run.folder / "one"
    folder.mkdir()
    tracker = Tracker(folder, {"data.path": "x" * 9000}, first_epoch=1)
    tracker.log({"epoch": 1, "mae_price (€)": 0.5, "loss": float("nan")})
    metrics = client.get_run(tracker.run).data.metrics
    assert metrics["mae_price ___"] == 0.5
