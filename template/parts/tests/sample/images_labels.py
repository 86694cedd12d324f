"""The canvases: each digit on one of them, with its label, and in one split.

Delete it with the sample.
"""

from collections import Counter

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from package.data import load_data


@pytest.fixture
def canvases(settings):
    settings.data.path = None
    return load_data(settings.data, seed=0)


def test_every_split_has_the_labels_in_the_same_proportions(canvases):
    """A rare label may be missing from a split that is drawn without regard to the labels."""
    assert canvases.info["labels"] == [*"0123456789"]
    splits = [canvases.train.dataset, canvases.validation.dataset, canvases.test.dataset]
    assert sum(map(len, splits)) == 899
    of_all = torch.cat([split.targets for split in splits]).mean(dim=0)
    for split in splits:
        shares = split.targets.mean(dim=0)
        assert shares.tolist() == pytest.approx(of_all.tolist(), abs=0.08)


def test_canvases_hold_the_digits_of_their_labels_and_no_digit_is_seen_twice(canvases):
    """Upright, not mirrored, from black at 0 to white at 1."""
    sample = load_digits()
    names = {
        np.int64(image).tobytes(): str(label)
        for image, label in zip(sample.images, sample.target, strict=True)
    }
    seen = Counter()
    for split in (canvases.train.dataset, canvases.validation.dataset, canvases.test.dataset):
        for pixels, target in split:
            image = np.int64((16 * pixels[0]).round().numpy())
            quarters = [q for half in np.split(image, 2) for q in np.split(half, 2, axis=1)]
            digits = [quarter.tobytes() for quarter in quarters if quarter.any()]
            seen.update(digits)
            found = {names.get(digit) for digit in digits}
            pairs = zip(canvases.info["labels"], target.tolist(), strict=True)
            assert found == {name for name, value in pairs if value == 1}
    assert seen.total() == len(sample.images)
    assert max(seen.values()) == 1, "a digit stands on two canvases"
