"""What `predict` prints of tables, and which checkpoint is the best where nothing can be said."""

import csv
import io
import json
import math

import pytest

from package import predict as predicting
from package.engine.run import Run


class OneOutput:
    """Stands for model, objective, parameter and predictions."""

    device, info = "cpu", {}

    def __call__(self, *inputs):
        return self

    def __getitem__(self, rows):
        return self

    def parameters(self):
        return iter([self])

    def predict(self, outputs):
        return self

    def cpu(self):
        # jinja: if output == "pair"
        import torch

        return torch.zeros(1)
        # jinja: else
        return [self]
        # jinja: endif


@pytest.fixture
def predict(monkeypatch, capsys, settings):
    """``predict(rows, format)`` prints these rows of tables, each with the prediction 7."""

    def run(rows, **options):
        monkeypatch.setattr(predicting, "read_inputs", lambda *_: [([row], ()) for row in rows])
        predicting.predict([], settings=settings, checkpoint=None, **options)
        return capsys.readouterr().out

    monkeypatch.setattr(predicting, "load_checkpoint", lambda path: {})
    monkeypatch.setattr(
        predicting, "load_model", lambda settings, checkpoint: (OneOutput(), OneOutput())
    )
    monkeypatch.setattr(predicting, "describe_prediction", lambda output, info: {"predicted": 7})
    return run


def test_columns_of_a_table_are_kept_beside_the_predictions(predict):
    """A table of other columns begins with a header of its own."""
    rows = [
        {"name": "a:1", "price": "3"},
        {"name": "a:2", "price": "4"},
        {"name": "b:1", "who": "A, B"},
    ]
    expected = [["name", "price", "predicted"], ["a:1", "3", "7"], ["a:2", "4", "7"]]
    expected += [["name", "who", "predicted"], ["b:1", "A, B", "7"]]
    assert [*csv.reader(io.StringIO(predict(rows)))] == expected
    lines = [json.loads(line) for line in predict(rows, format="jsonl").splitlines()]
    assert lines == [{**row, "predicted": 7} for row in rows]


def test_nothing_to_predict_for_is_an_error(predict):
    with pytest.raises(SystemExit, match="error: no"):
        predict([])


def test_a_prediction_has_the_last_word(predict):
    """Over a column of that name, as where the table is what was predicted before."""
    assert predict([{"name": "a:1", "predicted": "3"}]) == "name,predicted\na:1,7\n"


def test_a_run_has_a_best_checkpoint_even_if_no_score_is_a_number(settings, tmp_path):
    """As where validation has no example of any label; but a number is better than none."""
    settings.run.folder = tmp_path
    run = Run(settings.run, {}, None)
    scores = [math.nan, math.nan, 0.5, math.nan, 0.4, 0.5]
    found = [run.finish_epoch({"epoch": n, "train_loss": 1.0}, s) for n, s in enumerate(scores)]
    assert found == [True, True, True, False, False, True]
    assert run.best == 0.5
