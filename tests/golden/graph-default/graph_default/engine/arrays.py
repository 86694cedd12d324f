"""Large graphs: features of nodes and edges as arrays on disk, of which parts are read.

Shapes: V nodes, E edges, F features, R columns of edges.npy.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .labels import DataError, tell

FEATURES, EDGES = "features.npy", "edges.npy"
LARGEST = 1e30  # number that is read: a model computes in float32, which ends at 3e38
ROWS = 2**16  # that are read at a time


def open_array(path: Path) -> np.ndarray:
    """An array of a file, which stays on disk until its rows are asked for."""
    try:
        array: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:  # an empty file is an EOFError, which is neither
        raise DataError(f"{path} is no array: save it with numpy.save ({error})") from error
    except EOFError as error:
        raise DataError(f"{path} is empty: save it with numpy.save") from error
    return array


def open_features(path: Path, num_nodes: int) -> np.ndarray:
    """Features ``(V, F)``, all of them numbers."""
    array = open_array(path)
    if array.ndim != 2 or len(array) != num_nodes or not array.shape[1]:
        shape = " x ".join(map(str, array.shape))
        needed = f"a row of features for each of the {num_nodes} nodes of nodes.csv"
        raise DataError(f"{path} is {shape or 'a single number'}: it needs {needed}")
    if array.dtype not in (np.float32, np.float16):
        raise DataError(f"{path} holds {array.dtype}: save it as float32 or float16")
    for first in range(0, num_nodes, ROWS):
        wrong = np.argwhere(~(np.abs(array[first : first + ROWS]) < LARGEST))
        if len(wrong):
            row, column = first + wrong[0, 0], wrong[0, 1]
            what = f"{array[row, column]} is no number below {LARGEST:.0e}"
            raise DataError(f"{path}, row {row}, column {column}: {what}: write one")
    return array


def read_edges(path: Path, num_nodes: int, directed: bool) -> Tensor:
    """Edges ``(2, E)`` from source to target, by the target, each once and without loops."""
    ends = open_array(path)
    if ends.ndim != 2 or len(ends) != 2:
        shape = " x ".join(map(str, ends.shape))
        raise DataError(f"{path} is {shape}: it needs a row of sources and a row of targets")
    if not np.issubdtype(ends.dtype, np.integer):
        raise DataError(f"{path} holds {ends.dtype}: save integers, which number rows of nodes.csv")
    outside = (ends < 0) | (ends >= num_nodes)
    if outside.any():
        row, column = np.argwhere(outside)[0]
        what = f"nodes.csv has no row {ends[row, column]} (from 0 on)"
        raise DataError(f"{path}, row {row}, column {column}: {what}: add or remove it")
    sources, targets = ends.astype(np.int64)
    straight = sources != targets
    # An edge as one number, so that sorting them finds copies, and puts those of a target together.
    numbers = sort_once(targets[straight] * num_nodes + sources[straight])
    kinds = {
        "from a node to itself": len(sources) - int(straight.sum()),
        "that stand there twice": int(straight.sum()) - len(numbers),
    }
    found = [f"{count} edges {kind}" for kind, count in kinds.items() if count]
    if found:
        tell(f"{path}: {' and '.join(found)} are left out")
    if not len(numbers):
        tell(f"{path} has no edges: the model sees each node by itself")
    if not directed:
        turned = numbers % num_nodes * num_nodes + numbers // num_nodes
        numbers = sort_once(np.concatenate([numbers, turned]))
    edges = np.empty((2, len(numbers)), dtype=np.int64)
    np.remainder(numbers, num_nodes, out=edges[0])
    np.floor_divide(numbers, num_nodes, out=edges[1])
    return torch.from_numpy(edges)


def sort_once(numbers: np.ndarray) -> np.ndarray:
    """The numbers in order, each once; sorted in place, for there may be many."""
    numbers.sort()
    return numbers[np.append(True, numbers[1:] != numbers[:-1])] if len(numbers) else numbers


def measure(array: np.ndarray, nodes: Sequence[int]) -> list[tuple[float, float]]:
    """Mean and deviation of each feature over these nodes; 1 where it is always the same."""
    count, first = len(nodes), array[nodes[0]]
    mean = sum(rows.sum(axis=0) for rows in read_rows(array, nodes)) / count
    squares = sum(((rows - mean) ** 2).sum(axis=0) for rows in read_rows(array, nodes))
    varies = sum((rows != first).any(axis=0) for rows in read_rows(array, nodes)) > 0
    deviation = np.where(varies, (squares / count) ** 0.5, 1.0)
    return [*zip(mean.tolist(), deviation.tolist(), strict=True)]


def find_constants(array: np.ndarray) -> list[int]:
    """The features that are the same for all nodes."""
    varies = np.zeros(array.shape[1], dtype=bool)
    for first in range(0, len(array), ROWS):
        varies |= (array[first : first + ROWS] != array[0]).any(axis=0)
    return np.flatnonzero(~varies).tolist()


def read_rows(array: np.ndarray, nodes: Sequence[int]) -> Iterator[np.ndarray]:
    """The rows of these nodes, some at a time, in double precision."""
    for first in range(0, len(nodes), ROWS):
        yield array[np.array(nodes[first : first + ROWS])].astype(np.float64)
