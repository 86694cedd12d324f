"""F1 of entities against sequences of tags worked out by hand, as conlleval counts them."""

import math

import pytest
import torch

from package.metrics import Metrics, score

INFO = {"tags": ["O", "B-a", "I-a", "B-b", "I-b"]}
PLAIN = {"tags": ["ADJ", "NOUN", "VERB"]}
NONE = -100  # a token that has no tag


def encode(texts, info=INFO):
    """Tags of texts between blanks, - for a token that has none, as long as the longest."""
    rows = [[NONE if tag == "-" else info["tags"].index(tag) for tag in t.split()] for t in texts]
    longest = max(map(len, rows))
    return torch.tensor([row + [NONE] * (longest - len(row)) for row in rows])


def predict(target, info=INFO):
    """Probabilities that favour these tags; where there is none, some other."""
    tags = target.where(target != NONE, 1)
    return 0.1 + torch.nn.functional.one_hot(tags, len(info["tags"])).float()


def count(*batches, info=INFO):
    """Metrics of pairs of true and predicted texts."""
    metrics = Metrics(info)
    for true, predicted in batches:
        metrics.update(predict(encode(predicted, info), info), encode(true, info))
    return metrics


# True and predicted tags, and how many entities are right, predicted and true.
CASES = {
    "all right": ("B-a I-a O B-b", "B-a I-a O B-b", (2, 2, 2)),
    "a word too few": ("B-a I-a I-a O", "B-a I-a O O", (0, 1, 1)),
    "a word too many": ("B-a I-a O O", "B-a I-a I-a O", (0, 1, 1)),
    "another kind": ("B-a I-a O", "B-b I-b O", (0, 1, 1)),
    "the kind changes within": ("B-a I-a I-a", "B-a I-a I-b", (0, 2, 1)),
    "I- begins after O": ("O B-a I-a", "O I-a I-a", (1, 1, 1)),
    "I- begins a text": ("B-b O", "I-b O", (1, 1, 1)),
    "two that touch": ("B-a I-a B-a I-a", "B-a I-a I-a I-a", (0, 1, 2)),
    "two of one word that touch": ("B-a B-a", "B-a B-a", (2, 2, 2)),
    "I- of another kind begins": ("B-a B-b", "B-a I-b", (2, 2, 2)),
    "the same words, one begun twice": ("B-a I-a", "B-a B-a", (0, 2, 1)),
    "nothing is found": ("B-a I-a O B-b", "O O O O", (0, 0, 2)),
    "found where nothing is": ("O O O", "B-a I-a B-b", (0, 2, 0)),
    "to the end of the text": ("O B-a I-a", "O B-a I-a", (1, 1, 1)),
    "pieces within an entity": ("B-a - - I-a - O", "B-a O B-b I-a B-a O", (1, 1, 1)),
    "half is right": ("B-a O B-b I-b O B-a", "B-a O B-b O O B-b", (1, 3, 3)),
}


@pytest.mark.parametrize("case", CASES)
def test_entities_are_counted_as_the_field_does(case):
    true, predicted, (right, found, there) = CASES[case]
    metrics = count(([true], [predicted]))
    values = metrics.compute()
    assert values["entity_f1"] == pytest.approx(2 * right / (found + there))
    assert values["precision"] == pytest.approx(right / max(found, 1))
    assert values["recall"] == pytest.approx(right / max(there, 1))
    examples = [each["examples"] for each in metrics.compute_each().values()]
    assert sum(examples) == there


def test_an_entity_ends_with_its_text():
    """Else the last word of a text and the first of the next were one entity."""
    true = ["O B-a I-a", "B-a O", "I-a - -"]
    metrics = count((true, true))
    assert metrics.compute_each()["a"]["examples"] == 3
    assert count((["B-a", "B-a"], ["B-a", "I-a"])).compute()["entity_f1"] == 1


def test_counts_are_of_the_whole_split_however_it_is_batched():
    """A mean of the F1 of batches counts the entities of a small one too much."""
    pairs = [(true, predicted) for true, predicted, _ in CASES.values()]
    sums = [sum(counts) for counts in zip(*(c for _, _, c in CASES.values()), strict=True)]
    expected = 2 * sums[0] / (sums[1] + sums[2])
    for size in (1, 3, len(pairs)):
        parts = [pairs[n : n + size] for n in range(0, len(pairs), size)]
        batches = [tuple(zip(*part, strict=True)) for part in parts]
        found = count(*batches).compute()
        assert found["entity_f1"] == pytest.approx(expected)
        assert found == pytest.approx(count(*((([t], [p])) for t, p in pairs)).compute())


def test_each_kind_is_measured_by_itself():
    metrics = count((["B-a O B-b I-b O B-a"], ["B-a O B-b O B-a O"]))
    each = metrics.compute_each()
    assert each["a"] == pytest.approx(
        {"precision": 1 / 2, "recall": 1 / 2, "f1": 1 / 2, "examples": 2}
    )
    assert each["b"] == pytest.approx({"precision": 0, "recall": 0, "f1": 0, "examples": 1})


def test_accuracy_is_of_words():
    found = count((["B-a - I-a O O"], ["B-a B-b I-a B-a O"])).compute()
    assert found["accuracy"] == pytest.approx(3 / 4), "a token without a tag counts"


def test_tags_that_are_no_entities_count_by_the_word():
    metrics = count((["NOUN NOUN VERB - ADJ"], ["NOUN VERB VERB ADJ ADJ"]), info=PLAIN)
    found = metrics.compute()
    assert found == pytest.approx({"accuracy": 3 / 4, "macro_f1": (2 / 3 + 2 / 3 + 1) / 3})
    assert [row["examples"] for row in metrics.compute_each().values()] == [1, 2, 1]
    assert score(found) == found["accuracy"]


def test_more_entities_have_a_higher_score():
    """Not more words: a model that finds nothing has most of these."""
    good = count((["B-a O O O O O"], ["B-a B-b O O O O"])).compute()
    idle = count((["B-a O O O O O"], ["O O O O O O"])).compute()
    assert good["accuracy"] == idle["accuracy"]
    assert score(good) > score(idle) == 0


def test_where_nothing_is_known_nothing_is_said():
    assert all(math.isnan(value) for value in Metrics(INFO).compute().values())
    assert math.isnan(count((["O O"], ["O O"])).compute()["entity_f1"])


def test_predictions_of_sixteen_bits_are_taken():
    target = encode(["B-a I-a O"])
    metrics = Metrics(INFO)
    metrics.update(predict(target).bfloat16(), target)
    assert metrics.compute()["entity_f1"] == 1
