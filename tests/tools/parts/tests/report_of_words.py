"""The report of a run and what `show` shows, as a user finds them."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from package.data import load_data
from package.engine.checkpoint import load_checkpoint, save_checkpoint
from package.engine.run import RunError
from package.tools.report import show_run
from package.tools.results import keep_result, measure
from package.tools.show import show_augmentations, show_model, show_schedule
from package.train import train


def is_picture(path):
    """Neither empty nor of one colour."""
    with Image.open(path) as image:
        return min(image.size) > 100 and np.array(image.convert("L")).std() > 1


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
        assert f"| {name} | {' | '.join(cells)} |" in text, f"{value} is not what was measured"
    pictures = re.findall(r"!\[.*\]\((.*)\)", text)
    assert pictures == ["curves.png", "kinds.png"]
    assert all(is_picture(folder / name) for name in pictures)
    data = load_data(short_settings.data, short_settings.training.seed, checkpoint["info"])
    measured = measure(short_settings, checkpoint, "validation")
    assert f"The validation split, {measured['examples']} texts" in text
    _, worst, good, _ = text.split("\n## The ")
    places = {row.label.place: row for row in data.validation.dataset.rows}
    for section in (worst, good):
        rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]
        assert len(rows) == min(6, measured["examples"])
        for place, true, predicted in rows:
            words = places[place.removeprefix("| ")].words
            for cell in (true, predicted.removesuffix(" |")):
                shown = [word.partition("/")[0] for word in cell.split()]
                assert " ".join(shown) in " ".join(words), "words of another text"


def test_the_test_split_is_in_a_report_once_it_was_evaluated(short_settings, capsys):
    """That of this very checkpoint; of another one it says so."""
    folder = train(short_settings)
    path, checkpoint = folder / "best.pt", load_checkpoint(folder / "best.pt")
    result = measure(short_settings, checkpoint, "test")
    own = checkpoint["run"]["record"]["epoch"]
    for epoch in (None, own + 1, own):
        if epoch:
            keep_result(path, "test", {**result, "epoch": epoch})
        show_run(settings=short_settings, checkpoint=path)
        text = (folder / "report.md").read_text(encoding="utf-8")
        assert ("The test split was not looked at" in text) is (epoch is None)
        assert (f"looked at after epoch {own + 1} alone" in text) is (epoch == own + 1)


def test_what_goes_into_a_training_is_shown(short_settings, capsys):
    for show, name in ((show_schedule, "schedule"), (show_augmentations, "augmentations")):
        show(settings=short_settings)
        assert capsys.readouterr().out.strip() == str(short_settings.run.folder / f"{name}.png")
        assert is_picture(short_settings.run.folder / f"{name}.png")
    show_model(settings=short_settings)
    assert "embedding" in capsys.readouterr().out


def test_a_run_without_an_epoch_is_not_reported(short_settings, tmp_path):
    path = tmp_path / "last.pt"
    save_checkpoint(path, {"settings": {}, "info": {}, "model": {}, "run": {"record": {}}})
    with pytest.raises(RunError, match="has not finished an epoch: train --resume"):
        show_run(settings=short_settings, checkpoint=path)
