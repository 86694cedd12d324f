"""Data sets of the Hugging Face hub, or of a local folder that its library reads."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from .files import SPLIT_OF_NAME
from .labels import DataError

Item = TypeVar("Item")


def read_hub(name: str, read_split: Callable[[Any, str], list[Item]]) -> dict[str, list[Item]]:
    """The examples of each split, as ``read_split`` reads them from its data and its name.

    A configuration follows a colon, ``owner/name:configuration``.
    """
    try:
        from datasets import DatasetDict, load_dataset
    except ImportError:
        raise DataError(f"hf:{name} needs a library: pip install datasets") from None
    try:
        loaded = load_dataset(*name.split(":"))
    except Exception as error:  # of many kinds, from the network to the content of files
        reason = str(error).strip().partition("\n")[0]
        raise DataError(f"hf:{name} cannot be loaded, fix its name: {reason}") from error
    splits: dict[str, list[Item]] = {}
    for given, dataset in loaded.items() if isinstance(loaded, DatasetDict) else ():
        split = SPLIT_OF_NAME.get(given)
        examples = read_split(dataset, given) if split else []
        if not split or not examples:
            continue
        if split in splits:
            raise DataError(f"hf:{name} has two splits for {split}, {given} too: use another")
        splits[split] = examples
    if "train" not in splits:
        raise DataError(f"hf:{name} has no split named train that has labels: use another one")
    return splits


def read_labels(dataset: Any, columns: Sequence[str]) -> list[dict[str, Any]]:
    """What these columns hold in each row, classes by name, and None where it is unknown."""
    contents = [name_classes(dataset.features[name], dataset[name]) for name in columns]
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*contents, strict=True)]


def name_classes(feature: Any, cells: Any) -> list[Any]:
    """A column whose numbers of classes, alone or in lists, are replaced by their names."""
    from datasets import ClassLabel

    if isinstance(feature, ClassLabel):  # -1 where the labels are kept secret
        return [feature.names[n] if n is not None and n >= 0 else None for n in cells]
    if isinstance(getattr(feature, "feature", None), ClassLabel):
        names = feature.feature.names
        return [None if numbers is None else [names[n] for n in numbers] for numbers in cells]
    return list(cells)


def is_known(cells: dict[str, Any]) -> bool:
    """Whether any of a row's labels is known; NaN, which is unlike itself, is not."""
    return any(cell not in (None, "") and cell == cell for cell in cells.values())
