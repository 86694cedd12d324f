"""Checkpoints as files: written in one move, found, and explained where they cannot be used."""

import signal

import pytest
import torch

from package.engine.checkpoint import (
    FORMAT,
    CheckpointError,
    find_best,
    find_last,
    load_checkpoint,
    save_checkpoint,
)


def test_whoever_reads_a_checkpoint_is_not_disturbed(tmp_path):
    """The new one takes the place of the old one: written over it, a crash leaves half of each."""
    path = tmp_path / "last.pt"
    save_checkpoint(path, {"weights": torch.zeros(10)})
    before = path.read_bytes()
    with path.open("rb") as file:
        save_checkpoint(path, {"weights": torch.ones(10)})
        assert file.read() == before
    assert [file.name for file in tmp_path.iterdir()] == ["last.pt"]


def test_a_checkpoint_that_cannot_be_written_leaves_the_old_one(tmp_path):
    """Written in place, a crash or a full disk leaves half a file and no checkpoint at all."""
    path = tmp_path / "last.pt"
    save_checkpoint(path, {"settings": {}, "info": {}, "model": {"old": torch.ones(3)}})
    with pytest.raises(Exception, match="pickle"):
        save_checkpoint(path, {"model": torch.ones(3), "other": lambda: None})
    assert "old" in load_checkpoint(path)["model"]


def test_a_full_disk_leaves_the_checkpoint_of_before(tmp_path):
    resource = pytest.importorskip("resource", reason="limits of file sizes are of Unix")
    path = tmp_path / "last.pt"
    save_checkpoint(path, {"weights": torch.zeros(10)})
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(CheckpointError, match=r"cannot write .*last\.pt"):
            save_checkpoint(path, {"weights": torch.zeros(100_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert [file.name for file in tmp_path.iterdir()] == ["last.pt"]
    assert path.read_bytes() == before


class Stranger:
    """What `weights_only` refuses to build: loading it could run any code."""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "does not exist"),
        (b"not a checkpoint", "is not a checkpoint, or is damaged"),
        (Stranger(), "is not a checkpoint, or is damaged"),
        ({"model": {}}, "was not written by this project"),
        ({"settings": {}, "info": {}, "model": {}}, "has the format 1"),
        (
            {"settings": {}, "info": {}, "model": {}, "format": FORMAT, "kind": "sounds"},
            "is of sounds",
        ),
    ],
)
def test_an_unusable_checkpoint_is_explained(tmp_path, content, words):
    path = tmp_path / "best.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        torch.save(content, path)
    with pytest.raises(CheckpointError, match=words):
        load_checkpoint(path)


def test_without_a_run_there_is_no_checkpoint(tmp_path):
    with pytest.raises(CheckpointError, match="train first"):
        find_best(tmp_path)
    with pytest.raises(CheckpointError, match="nothing to resume"):
        find_last(tmp_path, "last")
