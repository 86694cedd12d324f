"""The digits: every image in one split, shuffled in training, none lost in evaluation."""

from collections import Counter

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from package.data import load_data


@pytest.fixture
def digits(settings):
    settings.data.path = None
    return load_data(settings.data, seed=0)


def read(loader):
    """All images and labels of a split, in the order of its loader."""
    batches = list(loader)
    images = torch.cat([images for (images,), _ in batches])
    return images, torch.cat([target for _, target in batches])


def test_every_digit_is_in_exactly_one_split(digits):
    splits = [digits.train.dataset, digits.validation.dataset, digits.test.dataset]
    everything = Counter(pixels.numpy().tobytes() for split in splits for pixels, _ in split)
    assert everything.total() == 1797
    assert max(everything.values()) == 1, "an image is in two splits, or twice in one"


def test_every_split_has_the_classes_in_the_same_proportions(digits):
    """A rare class may be missing from a split that is drawn without regard to the classes."""
    splits = [digits.train.dataset, digits.validation.dataset, digits.test.dataset]
    counts = [Counter(label for _, label in split) for split in splits]
    assert digits.info["classes"] == [*"0123456789"], "classes have another order in each process"
    for split, count in zip(splits, counts, strict=True):
        for label in range(10):
            of_all = sum(other[label] for other in counts)
            assert count[label] == pytest.approx(of_all * len(split) / 1797, abs=2)


def test_evaluation_loses_no_image(digits):
    for loader in (digits.validation, digits.test):
        assert len(read(loader)[1]) == len(loader.dataset)
        assert len(loader.dataset) % loader.batch_size, (
            "choose sizes that leave a smaller last batch"
        )


def test_training_order_is_shuffled_by_seed_and_epoch_alone(digits, settings):
    def order(data, epoch):
        torch.rand(epoch)  # what was drawn elsewhere must not matter
        data.sampler.set_epoch(epoch)
        return read(data.train)[1].tolist()

    first, second = order(digits, 1), order(digits, 2)
    assert first != second, "every epoch has the same order"
    assert first != sorted(first)
    assert order(load_data(settings.data, seed=0), 1) == first
    digits.sampler.set_epoch(1)
    other = load_data(settings.data, seed=1)
    assert order(other, 1) != first
    assert list(other.sampler) != list(digits.sampler), "the seed does not reach the sampler"
    digits.sampler.set_epoch(2)
    assert list(other.sampler) != list(digits.sampler), "seeds have epochs in common"


def test_images_and_labels_are_those_of_the_sample(digits):
    """Upright, not mirrored, from black at 0 to white at 1, and each with its own label."""
    sample = load_digits()
    labels = {
        np.int64(image).tobytes(): label
        for image, label in zip(sample.images, sample.target, strict=True)
    }
    for split in (digits.train.dataset, digits.validation.dataset, digits.test.dataset):
        for pixels, label in split:
            image = np.int64((16 * pixels[0]).round().numpy())
            assert labels.get(image.tobytes()) == label, "not an image of the sample, or its label"


@pytest.mark.parametrize(("more", "missing"), [(-1, 1), (0, 0), (3000, 0)])
def test_no_batch_is_of_one_image_and_none_is_empty(digits, settings, more, missing):
    """Batch norm fails on one image; data smaller than a batch must still be trained on."""
    number = len(digits.train.dataset)
    settings.data.batch_size = number + more
    sizes = [len(target) for _, target in load_data(settings.data, seed=0).train]
    assert sizes == [number - missing]


def test_the_seed_decides_what_is_held_out(digits, settings):
    """Else evaluation may meet what the model was trained with, or all seeds have one split."""

    def names(data, split):
        return {example.name for example in getattr(data, split).dataset.examples}

    same, other = (load_data(settings.data, seed=seed) for seed in (0, 1))
    for split in ("validation", "test"):
        assert names(same, split) == names(digits, split)
        assert names(other, split) != names(digits, split)


def test_an_epoch_has_every_image_once(digits):
    """Drawn with replacement, a third of them would be missing, and others come twice."""
    for epoch in range(2):
        digits.sampler.set_epoch(epoch)
        images, _ = read(digits.train)
        assert len(images.flatten(1).unique(dim=0)) == len(images)
        assert 0 <= len(digits.train.dataset) - len(images) < digits.train.batch_size
