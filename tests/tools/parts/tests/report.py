"""The report of a run and what `show` shows, as a user finds them."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib import pyplot
from PIL import Image
from test_cli import append_short, command  # noqa: F401

from package.data import load_data
from package.engine.checkpoint import load_checkpoint, save_checkpoint
from package.engine.run import RunError
from package.engine.state import load_model
from package.metrics import Metrics
from package.model import build_model
from package.objective import num_outputs
from package.schedule import lr_factor
from package.tools import findings
from package.tools.charts import describe_example, score_examples
from package.tools.report import show_run
from package.tools.results import keep_result, measure
from package.tools.show import draw_schedule, show_augmentations, show_model, show_schedule
from package.tools.tables import make_table
from package.train import train


def is_picture(path):
    """Neither empty nor of one colour."""
    with Image.open(path) as image:
        return min(image.size) > 100 and np.array(image.convert("L")).std() > 1


# jinja: if output == "pixel"
@torch.inference_mode()
def predict_all(loader, model, objective):
    """What a report of pixels does not keep."""
    found = [(objective.predict(model(*inputs)), target) for inputs, target in loader]
    return tuple(torch.cat(each) for each in zip(*found, strict=True))


# jinja: endif
def test_a_run_is_reported(short_settings, capsys):
    folder = train(short_settings)
    checkpoint = load_checkpoint(folder / "best.pt")
    capsys.readouterr()
    show_run(settings=short_settings, checkpoint=folder / "best.pt")
    text = (folder / "report.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out.strip() == text.strip()
    records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    best = records[checkpoint["run"]["record"]["epoch"] - 1]
    for name, value in best.items():
        cells = [f"{each[name]:.4g}" for each in (records[0], best, records[-1])]
        assert cells[1] == f"{value:.4g}"
        assert f"| {name} | {' | '.join(cells)} |" in text
    pictures = re.findall(r"!\[.*\]\((.*)\)", text)
    assert [pictures[0], *pictures[2:]] == ["curves.png", "worst.png", "best.png"]
    assert all(is_picture(folder / name) for name in pictures)

    data = load_data(short_settings.data, short_settings.training.seed, checkpoint["info"])
    model, objective = load_model(short_settings, checkpoint)
    info = objective.info
    # jinja: if output == "pixel"
    predictions, target = predict_all(data.validation, model, objective)
    # jinja: else
    predictions, target = findings.predict_validation(data, model, objective)
    # jinja: endif
    measured = Metrics(info)
    measured.update(predictions, target)
    metrics = measured.compute()
    assert metrics == pytest.approx({name: best[name] for name in metrics})
    assert f"The validation split, {len(target)} examples" in text
    for name, each in measured.compute_each().items():
        (row,) = re.findall(rf"^{re.escape(str(name))}  +\S.*$", text, re.MULTILINE)
        assert row.split()[-1] == f"{[*each.values()][-1]:.0f}"
    order = score_examples(predictions, target).argsort().tolist()
    _, *halves, settings = text.split("\n## The ")
    assert f"**epochs {short_settings.training.epochs}**" in settings, "not as in default.yaml"
    assert f" lr {short_settings.optim.lr}," in settings
    for half, numbers in zip(halves, (order, order[::-1]), strict=True):
        rows = [line for line in half.splitlines() if line.startswith("| ")][1:]
        assert len(rows) == min(6, len(order))
        for row, number in zip(rows, numbers, strict=False):
            cells, _ = describe_example(predictions[number], target[number], info)
            assert row.endswith(f"| {' | '.join(cells)} |")


def test_the_test_split_is_in_a_report_once_it_was_evaluated(short_settings, capsys):
    """That of this very checkpoint; of another one it says so."""
    folder = train(short_settings)
    path, checkpoint = folder / "best.pt", load_checkpoint(folder / "best.pt")
    result = measure(short_settings, checkpoint, "test")
    own = checkpoint["run"]["record"]["epoch"]
    for epoch, is_known in ((None, False), (own + 1, False), (own, True)):
        if epoch:
            keep_result(path, "test", {**result, "epoch": epoch})
        show_run(settings=short_settings, checkpoint=path)
        text = (folder / "report.md").read_text(encoding="utf-8")
        assert ("The test split was not looked at" in text) is (epoch is None)
        assert (f"looked at after epoch {own + 1} alone" in text) is (epoch == own + 1)
        assert (f"test loss {result['metrics']['loss']:.4f}" in text) is is_known


def test_what_goes_into_a_training_is_shown(short_settings, capsys):
    for show, name in ((show_schedule, "schedule"), (show_augmentations, "augmentations")):
        show(settings=short_settings)
        assert capsys.readouterr().out.strip() == str(short_settings.run.folder / f"{name}.png")
        assert is_picture(short_settings.run.folder / f"{name}.png")


def test_the_rate_is_drawn_where_the_record_has_it(settings):
    """What is recorded with an epoch is the rate that it has come to."""
    settings.training.epochs = 4
    figure, axes = pyplot.subplots()
    draw_schedule(axes, settings, steps_per_epoch=5)
    rates = dict(zip(*axes.lines[0].get_data(), strict=True))
    pyplot.close(figure)
    assert rates[1.0] == settings.optim.lr * lr_factor(5, 20, settings.schedule)


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_report_is_written_unless_it_is_not_wanted(command, short_settings, answer):
    append_short("configs/debug.yaml", short_settings)
    code, output, _ = command("train", "--config", "configs/debug.yaml", "--report", answer)
    assert not code
    assert len([*Path("runs").glob("*/report.md")]) == (answer == "yes")
    assert ("report: " in output) is (answer == "yes")


def test_a_run_without_an_epoch_is_not_reported(short_settings, tmp_path):
    path = tmp_path / "last.pt"
    save_checkpoint(path, {"settings": {}, "info": {}, "model": {}, "run": {"record": {}}})
    with pytest.raises(RunError, match="has not finished an epoch: train --resume"):
        show_run(settings=short_settings, checkpoint=path)


def test_every_parameter_of_the_model_is_counted(short_settings, capsys):
    show_model(settings=short_settings)
    *rows, total = capsys.readouterr().out.splitlines()[1:]
    # jinja: if pretrained
    known = load_checkpoint(short_settings.run.init)["info"]
    info = load_data(short_settings.data, 0, known, relabel=True).info
    # jinja: else
    info = load_data(short_settings.data, seed=0).info
    # jinja: endif
    model = build_model(short_settings.model, info, num_outputs(info))
    expected = sum(parameter.numel() for parameter in model.parameters())

    def last_two(row):
        return [int(cell.replace(",", "")) for cell in row.split()[-2:]]

    assert last_two(total)[0] == expected
    counted = torch.tensor([last_two(row) for row in rows]).sum(dim=0).tolist()
    assert counted == last_two(total)


def test_a_bar_in_a_text_does_not_break_the_tables():
    assert make_table(["a", "b"], [["x|y", "z"]]) == ["| a | b |", "|---|---|", "| x\\|y | z |"]
