"""The scenes: each digit in one of them, its pixels in the mask. Delete it with the sample."""

from collections import Counter

import numpy as np
import pytest
from sklearn.datasets import load_digits


def test_every_split_has_its_share_of_the_scenes(sample):
    splits = [sample.train.dataset, sample.validation.dataset, sample.test.dataset]
    assert [len(split) for split in splits] == pytest.approx([419, 90, 90], abs=4)
    assert sample.info["classes"] == [str(value) for value in range(11)]
    for split in splits:
        values = np.unique(np.stack([target for _, target in split]))
        assert values.tolist() == [*range(11), 255], "a digit is missing"


def test_masks_say_which_digit_is_where_and_no_digit_is_seen_twice(sample):
    """Upright, not mirrored, from black at 0 to white at 1."""
    loaded = load_digits()
    values = {
        np.int64(image).tobytes(): digit
        for image, digit in zip(loaded.images, loaded.target, strict=True)
    }
    seen = Counter()
    for split in (sample.train.dataset, sample.validation.dataset, sample.test.dataset):
        for pixels, target in split:
            image, mask = np.int64((16 * pixels[0]).round().numpy()), target.numpy()
            assert ((mask == 0) == (image == 0)).all(), "background has ink, or ink is none"
            assert ((mask == 255) == ((image > 0) & (image < 6))).all(), "void is a little ink"
            for top in (0, 12):
                for left in (0, 12):
                    quarter = np.s_[top : top + 12, left : left + 12]
                    ink, classes = image[quarter], mask[quarter]
                    found = {*classes.ravel().tolist()} - {0, 255}
                    if not found:
                        assert not ink.any()
                        continue
                    (value,) = found
                    boxes = [ink[y : y + 8, x : x + 8] for y in range(5) for x in range(5)]
                    digits = [box.tobytes() for box in boxes if box.sum() == ink.sum()]
                    known = [digit for digit in digits if digit in values]
                    assert value - 1 in {values[digit] for digit in known}
                    seen.update(known[:1])
    assert seen.total() == 1797, "a digit is missing, or stands in two scenes"
    assert max(seen.values()) == 1
