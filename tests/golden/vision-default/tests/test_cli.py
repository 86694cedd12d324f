"""The commands, run one after the other as a user does, in a folder of their own."""

import json
from pathlib import Path

import pytest
import yaml

from vision_default.cli import main
from vision_default.engine.run import to_plain


@pytest.fixture
def command(workplace, capsys):
    """``command("train", ...)`` runs the command and returns its exit code and what it printed."""

    def run(*arguments):
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as exit:
            code = exit.code
        output = capsys.readouterr()
        return code, output.out, output.err

    return run


def append_short(config, settings):
    """Adds the data, the model and the objective of short settings to a file."""
    with Path(config).open("a") as file:
        names = ("data", "model", "objective")
        yaml.safe_dump({name: to_plain(getattr(settings, name)) for name in names}, file)


def test_train_evaluate_and_predict(command, short_settings, input_files, monkeypatch):
    append_short("configs/debug.yaml", short_settings)
    device, quick = ("--training.device", "cpu"), ("--report", "no")
    code, output, _ = command("train", "--config", "configs/debug.yaml", *device)
    assert not code
    assert "best.pt" in output
    (metrics,) = Path("runs").glob("*-debug/metrics.jsonl")  # else flags or files are ignored
    summary = json.loads(metrics.with_name("summary.json").read_text())
    assert summary["last"] == json.loads(metrics.read_text().splitlines()[-1])
    assert f"\nparameters: {summary['parameters']}\n" in output
    assert f"\nbest_loss: {summary['best']['loss']:.6g}\n" in output

    assert list(Path("runs").glob("*-debug/events.out.tfevents.*")), "nothing for TensorBoard"
    code, output, _ = command("train", "--resume", "last", *quick, *device)
    assert not code
    assert "-debug" in output
    code, *_ = command("train", "--resume", "last", "--optim.lr", "0.123", *device)
    assert "optim.lr" in str(code), "another setting is taken over silently"
    code, *_ = command("evaluate", "--resume", "last", *device)
    assert "Unknown option: --resume" in str(code)

    code, output, _ = command("evaluate", *device)
    assert not code
    assert "test loss" in output

    (folder,) = Path("runs").iterdir()
    import csv
    import io
    import sys

    code, output, _ = command("predict", *input_files, *device)
    assert not code
    header, *rows = csv.reader(output.splitlines())
    assert all(row[0].startswith(str(file)) for row, file in zip(rows, input_files, strict=True))

    code, output, _ = command(
        "predict", *input_files, "--format", "jsonl", "--checkpoint", folder, *device
    )
    assert not code
    for line, row in zip(output.splitlines(), rows, strict=True):
        record = json.loads(line)
        assert [str(cell) for cell in record.values()] == row
        assert len(header) == len(row)

    piped = "".join(f"{file}\n" for file in input_files)
    monkeypatch.setattr(sys, "stdin", io.StringIO(piped))
    code, output, _ = command("predict", "-", *device)
    assert not code
    _, *others = csv.reader(output.splitlines())
    assert [row[1:] for row in others] == [row[1:] for row in rows]

    code, *_ = command("train", "--config", folder / "config.yaml", "--run.folder", "again", *quick)
    (again,) = Path("again").iterdir()
    assert (again / "metrics.jsonl").read_text() == metrics.read_text(), "it is not the same run"


def test_the_data_are_shown_without_a_run(command, short_settings):
    append_short("configs/debug.yaml", short_settings)
    code, output, _ = command("show", "data", "--config", "configs/debug.yaml")
    assert not code
    assert output.splitlines()[0].split() == ["train", "validation", "test"]
    code, *_ = command("show", "data", "--checkpoint", "best.pt")
    assert "Unknown option: --checkpoint" in str(code)
    assert not Path("runs").exists()


def test_a_checkpoint_that_is_not_there_is_named(command):
    code, *_ = command("evaluate")
    assert "train first" in str(code)
