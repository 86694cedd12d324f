"""Targets that are a tag for each word: tags to indices, and back.

Tags of entities are kept as IOB2: B- begins one, I- goes on with it, O is none. Other tags, such as
parts of speech, are taken as they are.

Shapes: W words of a text, K tags.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from .engine.groups import group_by_rarest
from .engine.labels import DataError, Label, first_place, tell, unknown_error

OUTSIDE = "O"
ENDS = "ESLU"  # prefixes of the last word of an entity, of its only one too, in IOBES and BILOU
PREFIXES = f"BIM{ENDS}"
UNKNOWN = -100  # of a token without a tag: the loss and the metrics leave it out


def read_label(cells: dict[str, Any], place: str) -> Label:
    """The ``tags`` of a text's words; raises a DataError if a word has none.

    ``places`` are those of the words, where each has its own.
    """
    places = cells.get("places", ())
    texts = ["" if tag is None else str(tag).strip() for tag in cells["tags"]]
    for number, text in enumerate(texts):
        if not text:
            where = places[number] if places else f"{place}, word {number + 1}"
            raise DataError(f"{where} has no tag: give it one, O if it is none of an entity")
    return Label(" ".join(texts), place, tuple(texts), tuple(places))


def place_of(label: Label, number: int) -> str:
    """Where this word of a text stands."""
    return label.places[number] if label.places else f"{label.place}, word {number + 1}"


def is_of_entity(tag: str) -> bool:
    """Whether it says so: B-, I- or the like, and a kind."""
    return tag[:1] in PREFIXES and tag[1:2] == "-" and len(tag) > 2


def convert(tags: Sequence[str]) -> list[str]:
    """Tags of entities as IOB2, from IOB1, IOBES and BILOU too, or with an I- that follows none."""
    converted, open_kind = [], ""
    for tag in tags:
        prefix, _, kind = tag.partition("-")
        if not is_of_entity(tag):
            converted.append(tag)
            open_kind = ""
            continue
        goes_on = kind == open_kind and prefix in "IMEL"
        converted.append(f"{'I' if goes_on else 'B'}-{kind}")
        open_kind = "" if prefix in ENDS else kind
    return converted


def tell_converted(labels: Sequence[Label]) -> None:
    """Says once what is read otherwise than it stands there."""
    begun, others, first = 0, set[str](), ""
    for label in labels:
        pairs = zip(label.tags, convert(label.tags), strict=True)
        for number, (tag, converted) in enumerate(pairs):
            others.update(tag[0] if tag[0] not in "BI" and is_of_entity(tag) else "")
            if tag[:2] == "I-" and converted[:2] == "B-":
                begun, first = begun + 1, first or place_of(label, number)
    if others:
        names = ", ".join(f"{prefix}-" for prefix in sorted(others))
        tell(f"{first_place(labels)}: tags {names} are read as B- and I- (IOB2)")
    if begun:
        tell(f"{first} and on: {begun} entities begin with I-, as in IOB1: it is read as B-")


def find_kinds(label: Label) -> list[str]:
    """The kind of each entity of a text; the tag of each word, if its tags are no entities."""
    if all(tag == OUTSIDE or is_of_entity(tag) for tag in label.tags):
        return [tag[2:] for tag in convert(label.tags) if tag.startswith("B-")]
    return [*label.tags]


def group_labels(labels: Sequence[Label]) -> list[str]:
    """The rarest kind of each text, as its group for stratified splits."""
    return group_by_rarest([sorted({*find_kinds(label)}) for label in labels], OUTSIDE)


def describe_labels(labels: Sequence[Label]) -> dict[str, Any]:
    """The tags, which are those of the training words, and I- of each kind of entity."""
    tags = {tag for label in labels for tag in label.tags}
    entities = {tag for tag in tags if is_of_entity(tag)}
    if not any(tag[:2] in ("B-", "I-") for tag in entities) and tags - entities - {OUTSIDE}:
        entities.clear()  # a hyphen in a tag of another kind
    strangers = tags - entities - {OUTSIDE}
    if len(tags) < 2 and not entities:
        what = f"{first_place(labels)}: all training tags are {min(tags)!r}"
        raise DataError(f"{what}: add others")
    if not entities:
        return {"tags": sorted(tags)}
    for label in labels if strangers else []:
        for number, tag in enumerate(label.tags):
            if tag in strangers:
                what = f"{place_of(label, number)} has the tag {tag!r} among tags of entities"
                raise DataError(f"{what}: write O, or B- or I- with the kind of entity")
    kinds = sorted({tag[2:] for tag in entities})
    return {"tags": [OUTSIDE, *(f"{prefix}-{kind}" for kind in kinds for prefix in "BI")]}


def has_entities(info: dict[str, Any]) -> bool:
    return any(tag.startswith("B-") for tag in info["tags"])


def is_within(target: int, info: dict[str, Any]) -> bool:
    """Whether the entity of a word has begun before it."""
    return has_entities(info) and info["tags"][target].startswith("I-")


def encode_labels(labels: Sequence[Label], info: dict[str, Any]) -> list[Tensor]:
    """The indices ``(W,)``, int64, of the tags of each text."""
    indices = {name: index for index, name in enumerate(info["tags"])}
    if has_entities(info):
        tell_converted(labels)
    targets, unknown = [], []
    for label in labels:
        tags = convert(label.tags) if has_entities(info) else label.tags
        unknown += [(label, number) for number, tag in enumerate(tags) if tag not in indices]
        targets.append(torch.tensor([indices.get(tag, UNKNOWN) for tag in tags]))
    if unknown:
        place = place_of(*unknown[0])
        raise unknown_error(place, [label.tags[n] for label, n in unknown], info["tags"])
    return targets


def inspect_label(label: Label) -> tuple[list[str], dict[str, float]]:
    """What `show data` counts, and the numbers of which it shows the range."""
    kinds = find_kinds(label)
    return kinds, {} if len(kinds) == len(label.tags) else {"entities": float(len(kinds))}


def prediction_columns(info: dict[str, Any]) -> list[str]:
    """What is told apart: the tags."""
    return [*info["tags"]]


def describe_prediction(probabilities: Tensor, info: dict[str, Any]) -> list[str]:
    """The tags of `predict` for the words of a text, from probabilities ``(W, K)``, as IOB2."""
    tags = [info["tags"][number] for number in probabilities.argmax(dim=1).tolist()]
    return convert(tags) if has_entities(info) else tags
