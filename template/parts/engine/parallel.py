"""Training by several processes, which torchrun starts on one or many machines.

Each takes its slice of every batch, and the gradients are averaged over all of them.
"""

import operator
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import reduce
from typing import Any, Literal

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.nn.parallel import DistributedDataParallel
from torch.optim import Optimizer

from .device import DeviceError, Precision

Strategy = Literal["ddp", "fsdp"]


@contextmanager
def process_group() -> Iterator[None]:
    """Joins the processes that torchrun has started, if it has; only rank 0 prints.

    The other ranks exit at the end of the block, so that what follows it runs once.
    """
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        yield
        return
    from .signals import Stopped  # which imports this module

    dist.init_process_group()  # gloo for what is on the CPU, and what the accelerator has
    try:
        if rank() == 0:
            yield
            return
        with open(os.devnull, "w") as null, redirect_stdout(null), redirect_stderr(null):
            yield
        sys.exit()
    except Stopped as stopped:
        if rank() == 0:
            raise
        sys.exit(stopped.exit_code)
    finally:
        dist.destroy_process_group()


def rank() -> int:
    return dist.get_rank() if dist.is_initialized() else 0


def world_size() -> int:
    return dist.get_world_size() if dist.is_initialized() else 1


def wrap_model(
    model: nn.Module,
    strategy: Strategy,
    precision: Precision,
    device: torch.device,
    # jinja: if pretrained
    some_frozen: bool,
    # jinja: endif
) -> nn.Module:
    """The model, whose gradients are averaged over all ranks.

    ``ddp`` keeps a whole model in each process. ``fsdp`` (FSDP2, Zhao et al. 2023) keeps a shard
    of all weights in each, which gather those of a block to use it.
    """
    if world_size() == 1:
        return model
    if device.type == "cuda":  # batch norm over the whole batch
        model = nn.SyncBatchNorm.convert_sync_batchnorm(model)  # type: ignore[no-untyped-call]
    if strategy == "ddp":
        # jinja: if pretrained
        # Parts that are frozen at first have no gradients then, for which it would wait.
        return DistributedDataParallel(model, find_unused_parameters=some_frozen)
        # jinja: else
        return DistributedDataParallel(model)
        # jinja: endif
    if precision == "fp16":
        raise DeviceError("training.precision fp16 does not go with run.parallel fsdp: use bf16")
    mesh = init_device_mesh(device.type, (world_size(),))
    for block in [*find_blocks(model), model]:
        fully_shard(block, mesh=mesh)
    return model


def unwrap_model(model: nn.Module) -> nn.Module:
    return model.module if isinstance(model, DistributedDataParallel) else model


def find_blocks(model: nn.Module) -> Iterator[nn.Module]:
    """The outermost modules of an ``nn.ModuleList`` or ``nn.Sequential`` that have parts."""
    for child in model.children():
        if isinstance(model, nn.ModuleList | nn.Sequential) and any(True for _ in child.children()):
            yield child
        else:
            yield from find_blocks(child)


def set_gradient_sync(model: nn.Module, wanted: bool) -> None:
    """Of the backward passes of one step only the last has to average the gradients."""
    if isinstance(model, DistributedDataParallel):
        model.require_backward_grad_sync = wanted
    elif isinstance(model, FSDPModule):
        model.set_requires_gradient_sync(wanted)


def all_reduce_sum(value: Tensor) -> Tensor:
    """The sum over all ranks, in each of them."""
    if world_size() > 1:
        value = value.clone()
        dist.all_reduce(value)
    return value


def all_reduce_mean(value: Tensor | int, device: torch.device) -> Tensor:
    """The mean over all ranks, in each of them."""
    return all_reduce_sum(torch.as_tensor(value, device=device)) / world_size()


def all_gather(value: Any) -> list[Any]:
    """The values of all ranks, in each of them; between CPUs, so no accelerator has to wait."""
    if world_size() == 1:
        return [value]
    values = [None] * world_size()
    dist.all_gather_object(values, value)
    return values


def merge(metrics: object) -> None:
    """What all ranks have counted together: tensors are summed, lists joined, the rest is left."""
    for name, value in vars(metrics).items():
        if isinstance(value, Tensor | list):
            setattr(metrics, name, reduce(operator.add, all_gather(value)))


def gather_state(model: nn.Module, state: dict[str, Any]) -> dict[str, Any]:
    """What rank 0 saves of the training state: whole tensors, and what each rank has alone."""
    own = {"random": state["random"], "loss": state["loss"].cpu()}
    return {
        **state,
        "model": gather_tensors(unwrap_model(model).state_dict()),
        "optimizer": gather_tensors(state["optimizer"]),
        "loss": all_reduce_sum(state["loss"]),
        "ranks": all_gather(own),
    }


def gather_tensors(value: Any) -> Any:
    """Whole tensors instead of shards; they stay in the memory of rank 0 only."""
    if isinstance(value, DTensor):
        whole = value.full_tensor()
        return whole.cpu() if rank() == 0 else None
    if isinstance(value, dict):
        return {key: gather_tensors(entry) for key, entry in value.items()}
    return value


def scatter_state(
    model: nn.Module, optimizer: Optimizer, state: dict[str, Any], own: dict[str, Any]
) -> dict[str, Any]:
    """What this rank takes of a checkpoint; ``own`` is what it has alone before it loads one.

    With another number of processes than before, random numbers begin anew in all but rank 0.
    """
    ranks = state.get("ranks", [])
    if len(ranks) == world_size():
        own = ranks[rank()]
    elif rank() == 0:
        own = {"random": state["random"], "loss": state["loss"]}
    parameters = [each for group in optimizer.param_groups for each in group["params"]]
    moments = {
        number: {name: shard(value, parameters[number]) for name, value in entries.items()}
        for number, entries in state["optimizer"]["state"].items()
    }
    weights = state["model"]
    tensors = unwrap_model(model).state_dict()
    prefix = "" if unwrap_model(model) is model else "module."
    return {
        **state,
        "model": {prefix + name: shard(weights[name], like) for name, like in tensors.items()},
        "optimizer": {**state["optimizer"], "state": moments},
        **own,
    }


def shard(value: Any, like: Any) -> Any:
    """This rank's shard of what belongs to a sharded tensor, such as its momentum."""
    if isinstance(like, DTensor) and isinstance(value, Tensor) and value.shape == like.shape:
        return distribute_tensor(value.to(like.device), like.device_mesh, like.placements)
    return value
