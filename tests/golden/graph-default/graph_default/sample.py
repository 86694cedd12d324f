"""The sample: Zachary's karate club, which split in two. Delete it with the lines that read it."""

import networkx as nx
import torch

from .engine.graph import Graph
from .engine.labels import LabelReader

# The sides of the two who fell out, 0 and 33, and of three allies each are known. Eight members
# between the two choose the checkpoint, the other 18 test it.
TRAIN = (0, 1, 3, 7, 23, 29, 32, 33)
VALIDATION = (2, 8, 9, 13, 19, 28, 30, 31)


def read_sample(read_label: LabelReader) -> Graph:
    """A club of 34 members, and the side that each took when it split (Zachary 1977)."""
    club = nx.karate_club_graph()
    names = [str(node) for node in club]
    splits = dict.fromkeys(TRAIN, "train") | dict.fromkeys(VALIDATION, "val")
    return Graph(
        names=names,
        labels=[read_label({"label": club.nodes[node]["club"]}, f"member {node}") for node in club],
        splits=[splits.get(node, "test") for node in club],
        edges=torch.tensor(list(club.to_directed().edges)).T,
        numbers={},
        words={"id": names},
    )
