"""The digits: what is in which split, upright and with its own label. Delete it with the sample."""

from collections import Counter

import numpy as np
import pytest
from sklearn.datasets import load_digits


def test_every_split_has_the_classes_in_the_same_proportions(sample):
    """A rare class may be missing from a split that is drawn without regard to the classes."""
    splits = [sample.train.dataset, sample.validation.dataset, sample.test.dataset]
    counts = [Counter(label for _, label in split) for split in splits]
    assert {*sample.info["classes"]} == {*"0123456789"}
    for split, count in zip(splits, counts, strict=True):
        for label in range(len(sample.info["classes"])):
            of_all = sum(other[label] for other in counts)
            assert count[label] == pytest.approx(of_all * len(split) / 1797, abs=2)


def test_images_and_labels_are_those_of_the_sample(sample):
    """Upright, not mirrored, from black at 0 to white at 1, and each with its own label."""
    loaded = load_digits()
    names = sorted(sample.info["classes"])
    labels = {
        np.int64(image).tobytes(): names[digit % len(names)]
        for image, digit in zip(loaded.images, loaded.target, strict=True)
    }
    for split in (sample.train.dataset, sample.validation.dataset, sample.test.dataset):
        for pixels, label in split:
            image = np.int64((16 * pixels[0]).round().numpy())
            name = sample.info["classes"][label]
            assert labels.get(image.tobytes()) == name, "not an image of the sample, or its label"
