"""The sample: every numeral in one split, with what it is worth. Delete it with the sample."""

import unicodedata
from collections import Counter

import pytest


def test_numerals_are_in_exactly_one_split_with_their_own_number(sample):
    splits = [sample.train.dataset, sample.validation.dataset, sample.test.dataset]
    everything = Counter(row.text for split in splits for row in split.rows)
    assert max(everything.values()) == 1, "a text is in two splits, or twice in one"
    assert everything.total() > 1000
    for split in splits:
        for row, target in zip(split.rows, split.targets.tolist(), strict=True):
            character = unicodedata.lookup(row.text.upper())
            assert target == pytest.approx([unicodedata.numeric(character)], rel=1e-6)
            assert 0 <= target[0] <= 100


def test_splits_have_numbers_of_all_sizes(sample):
    """Most are below ten: drawn without regard to them, a split might lack the large ones."""
    splits = [sample.train.dataset, sample.validation.dataset, sample.test.dataset]
    means = [split.targets.mean().item() for split in splits]
    assert means == pytest.approx([means[0]] * 3, rel=0.2)
