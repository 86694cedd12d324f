"""The sample: patients with diabetes, joined to those like them. Delete it with what reads it."""

from functools import cache

import torch
from torch_geometric.utils import to_undirected

from .engine.labels import LabelReader
from .sources import Graph


@cache
def read_sample(read_label: LabelReader) -> Graph:
    """442 patients, and how far their disease had gone a year later: 25 to 346 (Efron et al. 2004).

    Edges lead to the five whose ten measurements, all of one scale, are nearest. Patients who are
    alike fare alike, so that neighbours tell what one patient's blood does not.
    """
    from sklearn.datasets import load_diabetes  # takes a second, which other data need not pay
    from sklearn.neighbors import kneighbors_graph

    patients = load_diabetes()
    sources, targets = kneighbors_graph(patients.data, n_neighbors=5).nonzero()
    names = [f"patient {number}" for number in range(len(patients.data))]
    columns = zip(patients.feature_names, patients.data.T, strict=True)
    numbers = {column: torch.from_numpy(cells) for column, cells in columns}
    sexes = numbers.pop("sex") > 0  # two codes
    return Graph(
        names=names,
        labels=[
            read_label({"label": n}, name) for n, name in zip(patients.target, names, strict=True)
        ],
        splits=[""] * len(names),
        edges=to_undirected(torch.tensor([sources.tolist(), targets.tolist()])),
        numbers=numbers,
        words={"sex": [str(sex) for sex in sexes.tolist()]},
    )
