"""Texts: shuffled in training, none lost in evaluation, little padding and a mask for it."""

from itertools import pairwise

import pytest
# jinja: if pretrained
import torch
from tiny import load_data

# jinja: else
import torch

# jinja: endif
# jinja: if pretrained
from package.data import collate
# jinja: else
from package.data import collate, load_data
# jinja: endif
from package.engine.buckets import BucketSampler
from package.tools.examples import describe_examples


def read(loader):
    """All texts and labels of a split, in the order of its loader."""
    texts, labels = [], []
    for (token_ids, mask), target in loader:
        texts += [ids[real].tolist() for ids, real in zip(token_ids, mask, strict=True)]
        labels += target.tolist()
    return texts, labels


def test_evaluation_loses_no_text(data):
    for loader in (data.validation, data.test):
        texts, labels = read(loader)
        assert texts == loader.dataset.token_ids
        assert labels == loader.dataset.targets.tolist()
        assert len(labels) % 7, "choose sizes that leave a smaller last batch"


def test_training_order_is_shuffled_by_seed_and_epoch_alone(data, short_settings):
    def order(data, epoch):
        torch.rand(epoch)  # what was drawn elsewhere must not matter
        data.sampler.set_epoch(epoch)
        return read(data.train)[0]

    first, second = order(data, 1), order(data, 2)
    assert first != second, "every epoch has the same order"
    assert first != sorted(first, key=len)
    if type(data.sampler) is BucketSampler:  # one of your own may draw some more often
        assert sorted(first) == sorted(second) == sorted(data.train.dataset.token_ids)
    assert order(load_data(short_settings.data, seed=0), 1) == first
    assert order(load_data(short_settings.data, seed=1), 1) != first


def test_little_of_a_training_batch_is_padding(data):
    masks = [mask for (_, mask), _ in data.train]
    real, total = sum(mask.sum().item() for mask in masks), sum(mask.numel() for mask in masks)
    if type(data.sampler) is BucketSampler:
        assert real / total > 0.75, "texts of a batch differ much in length"


@pytest.mark.parametrize("number", [1, 6, 7, 13, 200])
def test_batches_hold_every_text_once(number):
    sampler = BucketSampler(lengths=list(range(number)), batch_size=3, seed=0)
    batches = list(sampler)
    assert len(batches) == len(sampler)
    assert sorted(len(batch) for batch in batches)[1:] == [3] * (len(batches) - 1)
    assert sorted(index for batch in batches for index in batch) == list(range(number))


def test_the_mask_tells_tokens_from_padding():
    (token_ids, mask), target = collate(
        [(torch.tensor([5, 6, 7]), torch.tensor(2)), (torch.tensor([8]), torch.tensor(0))]
    )
    assert token_ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert mask.tolist() == [[True, True, True], [True, False, False]]
    assert target.tolist() == [2, 0]
    assert (token_ids.dtype, mask.dtype) == (torch.int64, torch.bool)


def test_batches_are_made_anew_in_every_epoch_and_come_in_no_order():
    """Sorted by length, the model would see short texts for a while, then long ones."""
    sampler = BucketSampler(lengths=list(range(200)), batch_size=5, seed=0)
    epochs = []
    for epoch in range(2):
        sampler.set_epoch(epoch)
        epochs.append(list(sampler))
        lengths = [batch[0] for batch in epochs[-1]]
        rises = sum(later > earlier for earlier, later in pairwise(lengths))
        assert rises < 0.8 * len(lengths), "batches come in the order of their lengths"
    first, second = ({frozenset(batch) for batch in batches} for batches in epochs)
    assert len(first & second) < len(first) / 2, "the same texts share a batch in every epoch"


def test_the_seed_decides_the_order():
    samplers = [BucketSampler(lengths=list(range(50)), batch_size=5, seed=seed) for seed in (0, 1)]
    first, other = (list(sampler) for sampler in samplers)
    assert first != other, "all seeds have the same batches"
    assert first == list(samplers[0])
    samplers[0].set_epoch(1)
    assert other != list(samplers[0]), "seeds have epochs in common"


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
