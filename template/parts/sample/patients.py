"""The sample: patients with diabetes, joined to those like them. Delete it with what reads it."""

import torch
from torch_geometric.utils import to_undirected

from .engine.graph import Graph
from .engine.labels import LabelReader


def read_sample(read_label: LabelReader) -> Graph:
    """442 patients, and how far their disease had gone a year later: 25 to 346 (Efron et al. 2004).

    Edges lead to the five whose ten measurements, all of one scale, are nearest. Such patients
    fare alike.
    """
    from sklearn.datasets import load_diabetes  # takes a second, which other data need not pay
    from sklearn.neighbors import kneighbors_graph

    patients = load_diabetes()
    sources, targets = kneighbors_graph(patients.data, n_neighbors=5).nonzero()
    columns = torch.from_numpy(patients.data.T)
    numbers = dict(zip(patients.feature_names, columns, strict=True))
    sexes = numbers.pop("sex") > 0  # two codes
    names = [f"patient {number}" for number in range(len(patients.data))]
    numbered = zip(patients.target, names, strict=True)
    return Graph(
        names=names,
        labels=[read_label({"label": number}, name) for number, name in numbered],
        splits=[""] * len(names),
        edges=to_undirected(torch.tensor([sources.tolist(), targets.tolist()])),
        numbers=numbers,
        words={"sex": [str(sex) for sex in sexes.tolist()]},
    )
