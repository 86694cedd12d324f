"""Targets: tags to indices and back, of entities as IOB2, whatever files have."""

import pytest
import torch

from package.engine.labels import DataError
from package.targets import (
    convert,
    describe_labels,
    describe_prediction,
    encode_labels,
    group_labels,
    inspect_label,
    is_within,
    prediction_columns,
    read_label,
)


def label(tags, place="a.conll:1"):
    first = int(place.rpartition(":")[2])
    places = [f"a.conll:{first + number}" for number in range(len(tags.split()))]
    return read_label({"tags": tags.split(), "places": places}, place)


def test_tags_come_back_as_they_went():
    labels = [label("O B-a I-a"), label("B-b O")]
    info = describe_labels(labels)
    for each, target in zip(labels, encode_labels(labels, info), strict=True):
        assert target.dtype == torch.int64
        probabilities = 0.1 + torch.nn.functional.one_hot(target, len(info["tags"]))
        assert describe_prediction(probabilities, info) == [*each.tags]


def test_a_kind_of_entity_has_both_its_tags():
    """A longer one may come only later, in validation."""
    info = describe_labels([label("O B-a"), label("I-c O")])
    assert info["tags"] == ["O", "B-a", "I-a", "B-c", "I-c"]
    assert prediction_columns(info) == info["tags"]
    assert [is_within(number, info) for number in range(5)] == [False, False, True, False, True]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("B-a I-a O B-a", "B-a I-a O B-a"),
        ("I-a I-a O I-b", "B-a I-a O B-b"),  # IOB1
        ("I-a B-a I-a", "B-a B-a I-a"),
        ("I-a I-b", "B-a B-b"),
        ("O I-a", "O B-a"),
        ("B-a I-a E-a S-b S-b O", "B-a I-a I-a B-b B-b O"),  # IOBES
        ("B-a E-a B-a E-a", "B-a I-a B-a I-a"),
        ("B-a L-a U-b O", "B-a I-a B-b O"),  # BILOU
        ("B-a M-a E-a", "B-a I-a I-a"),
        ("E-a E-a I-a", "B-a B-a B-a"),
        ("B-x-y I-x-y", "B-x-y I-x-y"),
        ("NOUN E- -", "NOUN E- -"),
    ],
)
def test_tags_of_entities_are_read_as_iob2(given, expected):
    assert convert(given.split()) == expected.split()


def test_what_is_read_otherwise_is_said_once(capsys):
    labels = [label("O I-a I-a O", "a.conll:7"), label("S-a I-a", "a.conll:12")]
    info = describe_labels(labels)
    assert info["tags"] == ["O", "B-a", "I-a"]
    for _ in range(2):
        assert [target.tolist() for target in encode_labels(labels, info)] == [[0, 1, 2, 0], [1, 1]]
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "tags S- are read as B- and I- (IOB2)" in lines[0]
    assert "a.conll:8 and on: 2 entities begin with I-" in lines[1]


def test_other_tags_are_taken_as_they_are():
    """Also where one looks like that of an entity."""
    labels = [label("NOUN VERB E-mail"), label("NOUN O")]
    info = describe_labels(labels)
    assert info["tags"] == ["E-mail", "NOUN", "O", "VERB"]
    assert encode_labels(labels, info)[0].tolist() == [1, 3, 0]
    assert describe_prediction(torch.eye(4), info) == info["tags"]
    assert not is_within(0, info)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["O O", "O"], "all training tags are 'O': add others"),
        (["NOUN NOUN"], "all training tags are 'NOUN'"),
        (["O B-a", "O person I-a"], "a.conll:2 has the tag 'person' among tags of entities: wr"),
    ],
)
def test_tags_that_cannot_be_learned_are_explained(texts, words):
    with pytest.raises(DataError, match=words):
        describe_labels([label(text) for text in texts])


def test_a_tag_that_training_lacks_is_named_with_its_row():
    info = describe_labels([label("O B-a"), label("B-b")])
    others = [label("B-a I-a"), label("O O B-c I-c", "a.conll:20")]
    with pytest.raises(DataError, match=r"^a.conll:22 has the label 'B-c' \(others: I-c\), which"):
        encode_labels(others, info)


def test_a_word_without_a_tag_is_named_with_its_row():
    with pytest.raises(DataError, match=r"^a\.conll:9 has no tag: give it one"):
        read_label({"tags": ["O", " "], "places": ["a.conll:8", "a.conll:9"]}, "a.conll:8")
    with pytest.raises(DataError, match=r"^a\.jsonl:3, word 2 has no tag: give it one"):
        read_label({"tags": ["O", None, "O"]}, "a.jsonl:3")


def test_rare_kinds_stay_in_training():
    labels = [label("B-a I-a O")] * 30 + [label("B-a O B-rare")] * 3 + [label("O O")] * 30
    groups = group_labels(labels)
    assert groups[30:33] == ["", "", "a"]
    assert {*groups[:30]} == {"a"}
    assert {*groups[33:]} == {"O"}


def test_show_data_counts_entities():
    assert inspect_label(label("B-a I-a O B-b B-a")) == (["a", "b", "a"], {"entities": 3.0})
    assert inspect_label(label("NOUN VERB"))[0] == ["NOUN", "VERB"]
    assert inspect_label(label("O O"))[0] == []


def test_predicted_tags_are_iob2():
    """As entities are counted: an I- that goes on with nothing begins one."""
    info = {"tags": ["O", "B-a", "I-a"]}
    assert describe_prediction(torch.eye(3)[[2, 2, 0, 2]], info) == ["B-a", "I-a", "O", "B-a"]
