"""The canvases: each digit on one of them, with its label, and in one split.

Delete it with the sample.
"""

from collections import Counter

import numpy as np
import pytest
from sklearn.datasets import load_digits


def test_every_split_has_its_share_of_the_labels(sample):
    """One that is drawn without regard to them may lack what is rare."""
    splits = [sample.train.dataset, sample.validation.dataset, sample.test.dataset]
    assert [len(split) for split in splits] == pytest.approx([629, 135, 135], abs=8)
    means = [split.targets.mean(dim=0).tolist() for split in splits]
    # jinja: if target == "labels"
    assert {*sample.info["labels"]} == {*"0123456789"}
    tolerance = 0.1
    # jinja: else
    tolerance = 0.7
    # jinja: endif
    for mean in means:
        assert mean == pytest.approx(means[0], abs=tolerance)


def test_canvases_hold_the_digits_of_their_labels_and_no_digit_is_seen_twice(sample):
    """Upright, not mirrored, from black at 0 to white at 1."""
    loaded = load_digits()
    values = {
        np.int64(image).tobytes(): digit
        for image, digit in zip(loaded.images, loaded.target, strict=True)
    }
    seen = Counter()
    for split in (sample.train.dataset, sample.validation.dataset, sample.test.dataset):
        for pixels, target in split:
            image = np.int64((16 * pixels[0]).round().numpy())
            quarters = [image[top : top + 8, left : left + 8] for top in (0, 8) for left in (0, 8)]
            digits = [quarter.tobytes() for quarter in quarters if quarter.any()]
            seen.update(digits)
            # jinja: if target == "labels"
            present = {values[digit] for digit in digits}
            names = sample.info["labels"]
            assert target.tolist() == [float(int(name) in present) for name in names]
            # jinja: else
            assert target.tolist() == [sum(values[digit] for digit in digits)]
            # jinja: endif
    expected = Counter(np.int64(image).tobytes() for image in loaded.images)
    assert seen == expected, "a digit is missing, or stands on two canvases"
