"""Two processes, as torchrun starts them, but forks of the one that tests."""

import sys
from datetime import timedelta

import pytest
import torch
import torch.multiprocessing as mp

forked = pytest.mark.skipif(sys.platform != "linux", reason="the processes are forks of this one")


def work_in_group(rank, work, folder):
    torch.distributed.init_process_group(
        "gloo",
        init_method=f"file://{folder}/meeting",
        timeout=timedelta(seconds=60),  # for what the other one never asks for
        rank=rank,
        world_size=2,
    )
    torch.save(work(rank), folder / f"{rank}.pt")
    torch.distributed.barrier()  # who has nothing to ask may be done before the other has joined
    torch.distributed.destroy_process_group()


@pytest.fixture
def in_two_processes(tmp_path):
    """``in_two_processes(work)`` is what ``work(rank)`` returns in the first of them."""

    def run(work):
        mp.start_processes(work_in_group, (work, tmp_path), nprocs=2, start_method="fork")
        return torch.load(tmp_path / "0.pt")

    return run
