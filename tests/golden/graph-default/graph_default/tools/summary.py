"""The data in numbers: classes, sizes, an example of each class, and what looks wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain
from statistics import median

from ..data import Data
from ..engine.labels import join_first
from ..targets import inspect_label
from .described import Described
from .examples import describe_examples
from .tables import SHOWN, align

FEW = 10  # training examples of a class
IMBALANCE = 10.0  # of the largest class to the smallest


def summarize(data: Data) -> Iterator[str]:
    """Lines of text."""
    splits = {split: list(examples) for split, examples in describe_examples(data)}
    counts = {split: count_labels(examples) for split, examples in splits.items()}
    everything = [example for examples in splits.values() for example in examples]
    classes = [label for label, _ in count_labels(everything).most_common()]

    rows = [["", *splits]]
    rows += [[label, *(str(c[label]) for c in counts.values())] for label in classes]
    total = ["all", *(str(len(examples)) for examples in splits.values())]
    yield from align([*rows[: SHOWN + 1], total])
    if len(classes) > SHOWN:
        yield f"and {len(classes) - SHOWN} smaller classes"
    yield ""

    sizes = defaultdict(list)
    for example in everything:
        _, numbers = inspect_label(example.label)
        for name, size in {**example.sizes, **numbers}.items():
            sizes[name].append(size)
    rows = [["", "least", "median", "most"]]
    rows += [[n, f"{min(s):g}", f"{median(s):g}", f"{max(s):g}"] for n, s in sizes.items()]
    yield from align(rows)
    yield ""

    yield "An example of each class:"
    first: dict[str, Described] = {}
    for example in everything:
        for label in inspect_label(example.label)[0]:
            if example.sizes:  # it could be read
                first.setdefault(label, example)
    shown = [label for label in classes if label in first]
    for label in shown[:SHOWN]:
        yield f"  {label}: {first[label].name} {first[label].text}"
    yield ""

    faults = [*check_classes(counts), *check_examples(splits)]
    faults += data.find_constants()
    columns = ", ".join(data.info["edge_columns"]) or "none"
    yield f"Features of edges: {columns}; the model takes {data.info['num_edge_features']} numbers"
    yield ""
    yield "Looks wrong:" if faults else "Nothing looks wrong."
    yield from (f"- {fault}" for fault in faults)


def count_labels(examples: list[Described]) -> Counter[str]:
    return Counter(chain.from_iterable(inspect_label(example.label)[0] for example in examples))


def check_classes(counts: dict[str, Counter[str]]) -> Iterator[str]:
    """Sentences about classes that are rare or absent."""
    train = counts["train"]
    classes = sorted(train)
    smallest, largest = (choose(classes, key=train.__getitem__) for choose in (min, max))
    if train[largest] > IMBALANCE * train[smallest]:
        yield (
            f"out of balance: {train[largest]} training examples of {largest}, "
            f"{train[smallest]} of {smallest}"
        )
    few = [label for label in classes if train[label] < FEW]
    if few:
        yield f"fewer than {FEW} training examples of {join_first(few)}"
    for split in ("validation", "test"):
        absent = [label for label in classes if not counts[split][label]]
        if absent:
            yield f"no {split} example of {join_first(absent)}"


def check_examples(splits: dict[str, list[Described]]) -> Iterator[str]:
    """Sentences about faulty examples, and about copies, which make a model look too good."""
    found: dict[str, list[str]] = defaultdict(list)
    by_content: dict[bytes, list[tuple[str, Described]]] = defaultdict(list)
    for split, examples in splits.items():
        for example in examples:
            if example.fault:
                found[example.fault].append(f"{example.name} ({split})")
            if example.content:
                by_content[example.content].append((split, example))
    for fault, names in found.items():
        yield f"{len(names)} {fault}: {join_first(names)}"
    kinds: dict[str, list[list[tuple[str, Described]]]] = {
        "labelled otherwise": [],
        "in another split": [],
        "in the same split": [],
    }
    for copies in by_content.values():
        if len({example.label.text for _, example in copies}) > 1:
            kinds["labelled otherwise"].append(copies)
        elif len({split for split, _ in copies}) > 1:
            kinds["in another split"].append(copies)
        elif len(copies) > 1:
            kinds["in the same split"].append(copies)
    for kind, groups in kinds.items():
        if groups:
            some = " = ".join(f"{e.name} ({split}, {e.label.text})" for split, e in groups[0][:3])
            yield f"{len(groups)} with a copy {kind}: {some}"
