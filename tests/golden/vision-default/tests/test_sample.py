"""The digits: what is in which split, upright and with its own label. Delete it with the sample."""

from collections import Counter

import numpy as np
import pytest
from sklearn.datasets import load_digits

from vision_default.data import load_data


@pytest.fixture
def digits(settings):
    settings.data.path = None
    return load_data(settings.data, seed=0)


def test_every_split_has_the_classes_in_the_same_proportions(digits):
    """A rare class may be missing from a split that is drawn without regard to the classes."""
    splits = [digits.train.dataset, digits.validation.dataset, digits.test.dataset]
    counts = [Counter(label for _, label in split) for split in splits]
    assert digits.info["classes"] == [*"0123456789"], "classes have another order in each process"
    for split, count in zip(splits, counts, strict=True):
        for label in range(len(digits.info["classes"])):
            of_all = sum(other[label] for other in counts)
            assert count[label] == pytest.approx(of_all * len(split) / 1797, abs=2)


def test_images_and_labels_are_those_of_the_sample(digits):
    """Upright, not mirrored, from black at 0 to white at 1, and each with its own label."""
    sample = load_digits()
    labels = {
        np.int64(image).tobytes(): digit % len(digits.info["classes"])
        for image, digit in zip(sample.images, sample.target, strict=True)
    }
    for split in (digits.train.dataset, digits.validation.dataset, digits.test.dataset):
        for pixels, label in split:
            image = np.int64((16 * pixels[0]).round().numpy())
            assert labels.get(image.tobytes()) == label, "not an image of the sample, or its label"
