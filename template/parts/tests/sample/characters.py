"""The sample: every name in one split, with what its character is. Delete it with the sample."""

import unicodedata
from collections import Counter

import pytest

from package.sample import find_label


def test_names_are_in_exactly_one_split_with_labels_of_all_kinds(sample):
    """What is rare may be missing from a split that is drawn without regard to the labels."""
    splits = [sample.train.dataset, sample.validation.dataset, sample.test.dataset]
    everything = Counter(row.text for split in splits for row in split.rows)
    assert everything.total() > 1000
    assert max(everything.values()) == 1, "a name is in two splits, or twice in one"
    means = [split.targets.mean(dim=0).tolist() for split in splits]
    # jinja: if target == "labels"
    tolerance = {"abs": 0.08}
    # jinja: else
    tolerance = {"rel": 0.2}
    # jinja: endif
    for mean in means:
        assert mean == pytest.approx(means[0], **tolerance)


def test_names_have_what_holds_of_their_character(sample):
    # jinja: if target == "labels"
    assert find_label("\u00df") == ["letter", "small"]
    assert find_label("\u0661") == ["number"]
    assert find_label("\u05d0") == ["letter", "right-to-left"]
    # jinja: else
    assert find_label("\u2167") == 8
    assert find_label("\u00bd") == 0.5
    # jinja: endif
    for split in (sample.train.dataset, sample.validation.dataset, sample.test.dataset):
        for row, target in zip(split.rows, split.targets.tolist(), strict=True):
            found = find_label(unicodedata.lookup(row.text.upper()))
            # jinja: if target == "labels"
            expected = [float(label in found) for label in sample.info["labels"]]
            # jinja: else
            expected = [found]
            # jinja: endif
            assert target == pytest.approx(expected), row.text
