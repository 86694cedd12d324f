"""The sample: every name in one split, with its own labels. Delete it with the sample."""

import unicodedata
from collections import Counter

import pytest
import torch

from package.sample import find_labels


def test_names_are_in_exactly_one_split_and_every_label_in_each(sample):
    """A rare label may be missing from a split that is drawn without regard to the labels."""
    splits = [sample.train.dataset, sample.validation.dataset, sample.test.dataset]
    everything = Counter(row.text for split in splits for row in split.rows)
    assert everything.total() > 2000
    assert max(everything.values()) == 1, "a name is in two splits, or twice in one"
    of_all = torch.cat([split.targets for split in splits]).mean(dim=0)
    for split in splits:
        shares = split.targets.mean(dim=0)
        assert shares.tolist() == pytest.approx(of_all.tolist(), abs=0.06)


def test_names_have_the_labels_of_their_character(sample):
    assert find_labels("\u00df") == ["letter", "small"]
    assert find_labels("\u0661") == ["number"]
    assert find_labels("\u05d0") == ["letter", "right-to-left"]
    labels = sample.info["labels"]
    for split in (sample.train.dataset, sample.validation.dataset, sample.test.dataset):
        for row, target in zip(split.rows, split.targets.tolist(), strict=True):
            character = chr(int(row.label.place.split()[-1], base=16))
            assert row.text.upper() == unicodedata.name(character)
            found = [name for name, value in zip(labels, target, strict=True) if value == 1]
            assert found == find_labels(character), row.text
