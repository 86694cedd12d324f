"""Several processes, which torchrun starts on one or many machines; without it, one.

Each trains on its share of every batch, and they average their gradients.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, Literal

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader


class ParallelError(Exception):
    """Processes that cannot share the work; the message says why, and what to do."""


@contextmanager
def processes(device: torch.device) -> Iterator[None]:
    """Joins the processes that torchrun has started, if it has."""
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        yield
        return
    dist.init_process_group(dist.get_default_backend_for_device(device))
    try:
        yield
    finally:
        dist.destroy_process_group()


def rank() -> int:
    return dist.get_rank() if dist.is_initialized() else 0


def world_size() -> int:
    return dist.get_world_size() if dist.is_initialized() else 1


def share() -> tuple[int, int]:
    """Rank of this process, and the number of processes."""
    return rank(), world_size()


def spread(model: nn.Module, parallel: Literal["ddp", "fsdp"], device: torch.device) -> nn.Module:
    """What to call in training instead of the model, of which gradients are averaged.

    ``ddp`` keeps a whole model in each process. ``fsdp`` (FSDP2, Zhao et al. 2023) changes the
    model: each process keeps a share of all weights, and they gather those of a block to use it.
    """
    if world_size() == 1:
        return model
    if parallel == "ddp":
        if device.type == "cuda":  # batch norm over the whole batch
            model = nn.SyncBatchNorm.convert_sync_batchnorm(model)  # type: ignore[no-untyped-call]
        return DistributedDataParallel(model)
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(device.type, (world_size(),))
    for block in [*find_blocks(model), model]:
        fully_shard(block, mesh=mesh)
    return model


def find_blocks(model: nn.Module) -> Iterator[nn.Module]:
    """The outermost modules of an ``nn.ModuleList`` or ``nn.Sequential`` that have parts."""
    for child in model.children():
        if isinstance(model, nn.ModuleList | nn.Sequential) and any(True for _ in child.children()):
            yield child
        else:
            yield from find_blocks(child)


def average_gradients(model: nn.Module, wanted: bool) -> None:
    """Whether the next backward averages; of several for one step, only the last one needs to."""
    if world_size() == 1:
        return
    from torch.distributed.fsdp import FSDPModule

    if isinstance(model, DistributedDataParallel):
        model.require_backward_grad_sync = wanted
    elif isinstance(model, FSDPModule):
        model.set_requires_gradient_sync(wanted)


def add_up(value: Tensor) -> Tensor:
    """The sum over all processes, in each of them."""
    if world_size() > 1:
        value = value.clone()
        dist.all_reduce(value)
    return value


def mean(count: Tensor | int, device: torch.device) -> Tensor | int:
    """The mean over all processes, in each of them."""
    if world_size() == 1:
        return count
    return add_up(torch.as_tensor(count, device=device)) / world_size()


def any_process(flag: bool, device: torch.device, ask: bool) -> bool:
    """Whether it is true in any process; several are only asked, which takes time, on demand."""
    if world_size() == 1:
        return flag
    return ask and bool(add_up(torch.tensor(int(flag), device=device)))


def gather(value: Any) -> list[Any]:
    """The values of all processes, in each of them."""
    if world_size() == 1:
        return [value]
    values = [None] * world_size()
    dist.all_gather_object(values, value)
    return values


def merge(state: dict[str, Any]) -> dict[str, Any]:
    """What all processes have together, in each of them: sums of tensors, and lists joined."""
    merged: dict[str, Any] = {}
    for name, value in state.items():
        values = gather(value)
        if isinstance(value, list):
            merged[name] = list(chain(*values))
        else:
            merged[name] = torch.stack(values).sum(dim=0)
    return merged


def in_lockstep(batches: DataLoader[Any] | Sequence[Any]) -> Iterator[tuple[Any, bool]]:
    """Every batch with True; then, where other processes have more, the last again with False.

    Models that are spread by FSDP need all processes in each forward.
    """
    counts = gather(len(batches))
    if not all(counts):
        raise ParallelError("there are fewer batches to evaluate than processes: start fewer")
    missing = max(counts) - len(batches)
    for batch in batches:
        yield batch, True
    for _ in range(missing):
        yield batch, False
