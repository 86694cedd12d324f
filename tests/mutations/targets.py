"""Mistakes in targets.py, and in how metrics are added up."""

from functools import partial

from .faults import DATA_QUALITY, VALIDATION
from .mutation import change
from .projects import EVERY_TASK

targets = partial(change, "targets.py")

MUTATIONS = [
    targets(
        "classes-in-any-order",
        "classes come in the order of a set, another one in each process",
        DATA_QUALITY,
        EVERY_TASK,
        "describe_labels",
        "sorted({label.text for label in labels})",
        "[*{label.text for label in labels}]",
    ),
    targets(
        "unknown-labels-are-left-out",
        "a label that training has not seen is taken for a missing one",
        DATA_QUALITY,
        EVERY_TASK,
        "encode_labels",
        "label.text not in indices",
        "False",
        "indices[label.text]",
        "indices.get(label.text, -100)",
    ),
    targets(
        "one-class-is-enough",
        "data of one class trains in silence",
        DATA_QUALITY,
        EVERY_TASK,
        "describe_labels",
        "len(classes) < 2",
        "len(classes) < 1",
    ),
    targets(
        "labels-are-one-group",
        "splits are drawn without regard to the classes",
        DATA_QUALITY,
        EVERY_TASK,
        "group_labels",
        "[label.text for label in labels]",
        "['' for label in labels]",
    ),
    change(
        "metrics.py",
        "last-batch-counts-alone",
        "a batch takes the place of those before it",
        VALIDATION,
        ("gin", "gcn_graphs"),
        "Metrics.update",
        "self.target.append(target)",
        "self.target, self.probabilities = [target], [probabilities]",
    ),
    change(
        "metrics.py",
        "cells-counted-once",
        "equal pairs of class and prediction in a batch count once",
        VALIDATION,
        ("resnet", "lstm", "gcn"),
        "Metrics.update",
        "self.confusion.index_put_(cells, torch.ones_like(target), accumulate=True)",
        "self.confusion[cells] += 1",
    ),
    change(
        "metrics.py",
        "f1-of-absent-classes",
        "classes that are neither there nor predicted count as zero",
        VALIDATION,
        ("resnet", "lstm", "gcn"),
        "Metrics.compute",
        "2 * hits[found] / sums[found]",
        "2 * hits / sums.clamp(min=1)",
    ),
]
