"""Which samples make a batch: all of them, in an order that seed and epoch decide alone."""

import pytest
import torch

from package.engine.sampling import EpochSampler, batches_in_order


def test_seed_and_epoch_decide_the_order_alone():
    one, other = (EpochSampler(50, 4, seed) for seed in (0, 1))
    first = list(one)
    torch.rand(3)  # what was drawn elsewhere must not matter
    assert list(one) == first
    assert list(other) != first, "all seeds have the same batches"
    one.set_epoch(1)
    assert list(one) != first, "every epoch has the same batches"
    assert list(one) != list(other), "seeds have epochs in common"


# jinja: if form not in ["texts", "words"]
@pytest.mark.parametrize("epoch", range(2))
@pytest.mark.parametrize("length", [1, 4, 5, 6, 13, 200])
def test_a_training_batch_is_full_or_the_only_one(length, epoch):
    """Batch norm fails on one sample; data smaller than a batch must still be trained on."""
    sampler = EpochSampler(length, 4, seed=0)
    sampler.set_epoch(epoch)
    batches = list(sampler)
    assert len(batches) == len(sampler) == max(1, length // 4)
    assert {*map(len, batches)} == {min(4, length)}
    indices = [index for batch in batches for index in batch]
    assert len(set(indices)) == len(indices), "a sample comes twice"
    assert set(indices) <= set(range(length))


# jinja: endif
def test_an_epoch_goes_on_where_it_was_left():
    sampler = EpochSampler(50, 4, seed=0)
    whole = list(sampler)
    sampler.set_epoch(0, start=5)
    assert list(sampler) == whole[5:]


@pytest.mark.parametrize("length", [1, 4, 5, 13])
def test_evaluation_has_every_sample_once_in_its_order(length):
    batches = [list(batch) for batch in batches_in_order(length, 4)]
    assert [index for batch in batches for index in batch] == [*range(length)]
    assert max(map(len, batches)) <= 4
