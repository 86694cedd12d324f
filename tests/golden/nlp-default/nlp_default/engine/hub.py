"""Data sets of the Hugging Face hub, or of a local folder that its library reads."""

from collections.abc import Callable
from typing import Any, TypeVar

from .labels import DataError

Example = TypeVar("Example")

SPLITS = {"train": "train", "test": "test"}
SPLITS |= dict.fromkeys(("val", "valid", "validation", "dev"), "val")


def read_hub(
    name: str, read_split: Callable[[Any, str], list[Example]]
) -> dict[str, list[Example]]:
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
    splits: dict[str, list[Example]] = {}
    for given, dataset in loaded.items() if isinstance(loaded, DatasetDict) else ():
        split = SPLITS.get(given)
        examples = read_split(dataset, given) if split else []
        if not split or not examples:
            continue
        if split in splits:
            raise DataError(f"hf:{name} has two splits for {split}, {given} too: use another")
        splits[split] = examples
    if "train" not in splits:
        raise DataError(f"hf:{name} has no split named train that has labels: use another one")
    return splits


def read_labels(dataset: Any, column: str) -> list[str]:
    """Labels as text, empty where they are unknown."""
    from datasets import ClassLabel

    feature, cells = dataset.features[column], dataset[column]
    if isinstance(feature, ClassLabel):  # -1 where the labels are kept secret
        cells = [feature.names[n] if n is not None and n >= 0 else None for n in cells]
    return ["" if cell is None else str(cell).strip() for cell in cells]
