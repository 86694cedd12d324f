"""The canvases: every digit on one of them, with the sum. Delete it with the sample."""

from collections import Counter

import numpy as np
import pytest
from sklearn.datasets import load_digits

from package.data import load_data


@pytest.fixture
def canvases(settings):
    settings.data.path = None
    return load_data(settings.data, seed=0)


def test_every_digit_is_in_exactly_one_split_and_counts_for_its_canvas(canvases):
    """Upright, not mirrored, from black at 0 to white at 1, and each sum is that of its digits."""
    sample = load_digits()
    values = {
        np.int64(image).tobytes(): digit
        for image, digit in zip(sample.images, sample.target, strict=True)
    }
    found = Counter()
    for split in (canvases.train.dataset, canvases.validation.dataset, canvases.test.dataset):
        for pixels, target in split:
            whole = np.int64((16 * pixels[0]).round().numpy())
            quarters = [whole[top : top + 8, left : left + 8] for top in (0, 8) for left in (0, 8)]
            digits = [quarter.tobytes() for quarter in quarters if quarter.any()]
            assert target.tolist() == [sum(values[digit] for digit in digits)]
            found.update(digits)
    expected = Counter(np.int64(image).tobytes() for image in sample.images)
    assert found == expected, "a digit is missing, or in two splits"


def test_splits_have_sums_of_all_sizes(canvases):
    """Drawn without regard to them, one might have the large ones alone."""
    splits = [canvases.train.dataset, canvases.validation.dataset, canvases.test.dataset]
    means = [split.targets.mean().item() for split in splits]
    assert means == pytest.approx([means[0]] * 3, abs=0.7)
    assert [len(split) for split in splits] == pytest.approx([629, 135, 135], abs=4)
