"""What `evaluate` prints, and keeps beside the checkpoint."""

import json
from contextlib import suppress

import pytest

from package.cli import main
from package.data import load_data
from package.engine.checkpoint import load_checkpoint
from package.tools.results import describe_each
from package.train import train


@pytest.fixture
def trained(short_settings, monkeypatch, tmp_path):
    """A best checkpoint, in a folder of its own that has no configs."""
    short_settings.training.epochs = 1
    monkeypatch.chdir(tmp_path)
    return train(short_settings) / "best.pt"


def evaluate(checkpoint, *flags):
    with suppress(SystemExit):  # with which commands end
        main(["evaluate", "--checkpoint", str(checkpoint), *flags])


@pytest.mark.parametrize("split", ["validation", "test"])
def test_the_result_is_printed_and_kept(trained, capsys, split):
    evaluate(trained, "--split", split)
    lines = capsys.readouterr().out.splitlines()
    checkpoint = load_checkpoint(trained)
    epoch = checkpoint["run"]["record"]["epoch"]
    assert lines[0] == f"checkpoint: {trained} (epoch {epoch})"
    result = json.loads((trained.parent / f"best-{split}.json").read_text())
    assert result["data"] == checkpoint["settings"]["data"]["path"]
    assert result["epoch"] == epoch
    printed = dict(line.split()[1:] for line in lines if line.startswith(f"{split} "))
    assert int(printed.pop("examples")) == result["examples"]
    expected = {name: f"{value:.4f}" for name, value in result["metrics"].items()}
    assert printed == expected
    if split == "validation":
        record = checkpoint["run"]["record"]
        assert result["metrics"] == pytest.approx({n: record[n] for n in expected}, abs=1e-6)
    assert "\n".join(describe_each(result["each"])) in "\n".join(lines)


def test_every_example_is_counted(trained, short_settings):
    evaluate(trained)
    result = json.loads((trained.parent / "best-test.json").read_text())
    info = load_checkpoint(trained)["info"]
    data = load_data(short_settings.data, short_settings.training.seed, info)
    # jinja: if output == "node"
    from package.targets import is_known

    expected = sum(int(is_known(target).sum()) for _, target in data.test)
    # jinja: else
    expected = sum(len(target) for _, target in data.test)
    # jinja: endif
    assert result["examples"] == expected


def test_a_result_that_cannot_be_written_is_printed(trained, capsys):
    (trained.parent / "best-test.json").mkdir()
    evaluate(trained)
    output = capsys.readouterr()
    assert "test loss" in output.out
    assert "not kept" in output.err
    assert "best-test.json cannot be written" in output.err


def test_of_many_classes_the_first_are_shown():
    each = {f"class {number}": {"f1": 1 / 3, "examples": 12_345} for number in range(40)}
    *rows, last = describe_each(each)
    assert rows[1].split() == ["class", "0", "0.3333", "12345"]
    assert len(rows) == 31
    assert last == "and 10 more"
