"""Labels that are no classes, told from those that are."""

from collections import Counter
from collections.abc import Sequence

from .labels import DataError, Label, first_place


def check_repeats(labels: Sequence[Label]) -> None:
    """Raises a DataError if most labels occur once: then they are no classes."""
    counts = Counter(label.text for label in labels)
    once = [text for text, count in counts.items() if count == 1]
    if len(labels) < 10 or 2 * len(once) <= len(labels):
        return
    place = first_place(labels)
    what = f"{len(once)} of {len(labels)} labels occur only once, such as {once[0]!r}"
    advice = "name the column of classes, as in --data.columns person subject"
    if not any(text.strip("+-.0123456789eE") for text in counts):
        command = "scaffold new PATH --domain graph --task node_regression"
        advice = f"all are numbers, for which there is `{command}`"
    raise DataError(f"{place}: {what}: {advice}")
