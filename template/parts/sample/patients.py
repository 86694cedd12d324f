"""The sample: patients with diabetes, joined to those like them. Delete it with what reads it."""

from functools import cache

import torch
from torch_geometric.utils import to_undirected

from .engine.labels import LabelReader
from .sources import Graph

NEIGHBOURS = 5  # of each patient


@cache
def read_sample(read_label: LabelReader) -> Graph:
    """442 patients, and how far their disease had gone a year later: 25 to 346 (Efron et al. 2004).

    Edges lead to the five whose ten measurements, in standard deviations, are nearest. Patients
    who are alike fare alike, so that neighbours tell what one patient's blood does not.
    """
    from sklearn.datasets import load_diabetes  # takes a second, which other data need not pay
    from sklearn.neighbors import kneighbors_graph
    from sklearn.preprocessing import StandardScaler

    patients = load_diabetes(scaled=False)
    scaled = StandardScaler().fit_transform(patients.data)
    source, target = kneighbors_graph(scaled, NEIGHBOURS).nonzero()
    names = [str(number) for number in range(len(scaled))]
    numbers = {
        name: torch.from_numpy(column)
        for name, column in zip(patients.feature_names, patients.data.T, strict=True)
    }
    codes = numbers.pop("sex").tolist()  # 1 and 2
    return Graph(
        names=names,
        labels=[
            read_label({"label": number}, f"patient {name}")
            for name, number in zip(names, patients.target.tolist(), strict=True)
        ],
        splits=[""] * len(names),
        edges=to_undirected(torch.tensor([source.tolist(), target.tolist()])),
        numbers=numbers,
        words={"sex": [f"{code:g}" for code in codes]},
    )
