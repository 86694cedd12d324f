"""Images: each in one split, shuffled in training, none lost in evaluation."""

from collections import Counter
from dataclasses import replace

import torch
from inputs import read

from vision_default.data import load_data
from vision_default.engine.sampling import EpochSampler
from vision_default.tools.examples import describe_examples


def test_every_image_is_in_exactly_one_split(data):
    splits = [data.train.dataset, data.validation.dataset, data.test.dataset]
    everything = Counter(pixels.numpy().tobytes() for split in splits for pixels, _ in split)
    assert everything.total() == 48
    assert max(everything.values()) == 1, "an image is in two splits, or twice in one"


def test_evaluation_loses_no_image(data):
    for loader in (data.validation, data.test):
        assert len(read(loader)[1]) == len(loader.dataset)
        assert len(loader.dataset) % 8, "choose sizes with a smaller last batch"


def test_training_order_is_shuffled_by_seed_and_epoch_alone(data, short_settings):
    def order(data, epoch):
        torch.rand(epoch)  # what was drawn elsewhere must not matter
        data.sampler.set_epoch(epoch)
        images, target = read(data.train)
        if type(data.sampler) is EpochSampler:  # one of your own may draw some more often
            assert len(images.flatten(1).unique(dim=0)) == len(images), "an image comes twice"
        assert 0 <= len(data.train.dataset) - len(images) < 8, "only a last batch may be left out"
        assert len(images) % 8 == 0, "a last batch that is not full reaches batch norm"
        return target.tolist()

    first, second = order(data, 1), order(data, 2)
    assert first != second, "every epoch has the same order"
    assert first != sorted(first)
    assert order(load_data(short_settings.data, seed=0), 1) == first
    other = load_data(short_settings.data, seed=1)
    assert other.sampler.seed != data.sampler.seed, "the seed does not reach the sampler"


def test_the_split_seed_alone_decides_what_is_held_out(data, short_settings):
    """By the seed of the training, one seed would train with the test images of another."""

    def names(data, split):
        return {example.name for example in getattr(data, split).dataset.examples}

    same = load_data(short_settings.data, seed=1)
    other = load_data(replace(short_settings.data, split_seed=1), seed=0)
    assert same.info == data.info
    for split in ("validation", "test"):
        assert names(same, split) == names(data, split)
        assert names(other, split) != names(data, split)


def test_folds_share_the_data_out_and_leave_the_test_data_alone(short_settings):
    """Else one model is tested on what another was trained with."""

    def read(fold):
        short_settings.data.fold = fold
        splits = describe_examples(load_data(short_settings.data, seed=0))
        return {split: [example.name for example in examples] for split, examples in splits}

    whole, first, second = read(None), read((1, 2)), read((2, 2))
    assert first["test"] == second["test"] == whole["test"]
    both = sorted(whole["train"] + whole["validation"])
    assert sorted(first["validation"] + second["validation"]) == both
    assert sorted(first["validation"] + first["train"]) == both
