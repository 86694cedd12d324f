"""Blocks: all of the text, each token predicted from those before it, in a new order each time."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from package.data import collate, load_data
from package.engine.blocks import BlockSampler, BlocksInOrder, shuffle
from package.tokenizer import load_tokenizer

NONE = -100  # no token


def tokens_of(loader):
    return torch.from_numpy(np.array(loader.dataset.open_tokens()).astype(np.int64))


@pytest.mark.parametrize("batch_size", [1, 3, 1000])
@pytest.mark.parametrize("context", [5, 8])
def test_evaluation_predicts_every_token_once(short_settings, batch_size, context):
    """But for the first, which nothing stands before."""
    settings = replace(short_settings.data, batch_size=batch_size, context=context)
    data = load_data(settings, seed=0)
    for loader in (data.validation, data.test):
        text, seen, predicted = tokens_of(loader), [], []
        for (token_ids,), target in loader:
            assert token_ids.shape == target.shape
            known = target != NONE
            seen.append(token_ids[known])
            predicted.append(target[known])
        assert torch.equal(torch.cat(predicted), text[1:]), "tokens are lost, or come twice"
        assert torch.equal(torch.cat(seen), text[:-1]), "the target is not the next token"


def test_training_targets_are_the_next_tokens(data):
    text = "".join(map(chr, tokens_of(data.train)))
    for (token_ids,), target in data.train:
        assert token_ids.dtype == target.dtype == torch.int64
        for row, following in zip(token_ids.tolist(), target.tolist(), strict=True):
            assert following[:-1] == row[1:], "shift by exactly one token"
            block = "".join(map(chr, [*row, following[-1]]))
            assert block in text, "a block does not stand in the text as it is"


@pytest.mark.parametrize("length", [1, 2, 3, 7, 64, 1000])
def test_a_shuffled_order_has_each_place_once(length):
    places = np.arange(length, dtype=np.uint64)
    found = shuffle(places, length, keys=[1, 2, 3, 4])
    assert sorted(found.tolist()) == [*range(length)]
    if length > 60:
        assert abs(np.corrcoef(found, places)[0, 1]) < 0.5, "it is hardly shuffled"
        steps = np.diff(found.astype(np.int64))
        assert np.unique(steps).size > length / 4, "neighbours stay at the same distance"
        parts = [shuffle(part, length, keys=[1, 2, 3, 4]) for part in np.array_split(places, 5)]
        assert np.array_equal(np.concatenate(parts), found)


def starts_of(sampler, epochs):
    found = []
    for epoch in epochs:
        sampler.set_epoch(epoch)
        found += [first for batch in sampler for first in batch]
    return found


@pytest.mark.parametrize("num_tokens", [16, 17, 100, 1003])
def test_a_pass_covers_the_text(num_tokens):
    """But for less than a block at either end, which is another one in each pass."""
    context = 8
    sampler = BlockSampler(num_tokens, context, batch_size=1, seed=3, batches=None)
    offsets = set()
    for epoch in range(1, 30):
        firsts = sorted(starts_of(sampler, [epoch]))
        assert len(firsts) == num_tokens // context - 1
        assert [first - firsts[0] for first in firsts] == [
            *range(0, len(firsts) * context, context)
        ]
        assert firsts[0] >= 0
        assert firsts[-1] + context < num_tokens, "the last target of a block is behind the end"
        offsets.add(firsts[0])
    assert len(offsets) > context / 2, "blocks have the same bounds in every pass"


def test_batches_are_full_and_epochs_of_any_length_go_on_from_each_other():
    def make(batches):
        return BlockSampler(1003, 8, batch_size=7, seed=3, batches=batches)

    whole = starts_of(make(60), [1])
    assert whole == starts_of(make(20), [1, 2, 3])
    assert len(whole) == 7 * 60
    assert len(make(None)) == (1003 // 8 - 1) // 7
    assert all(len(batch) == 7 for batch in make(20))


def test_order_is_shuffled_by_seed_and_epoch_alone(data, short_settings):
    def order(data, epoch):
        torch.rand(epoch)  # what was drawn elsewhere must not matter
        data.sampler.set_epoch(epoch)
        return [tokens.tolist() for (tokens,), _ in data.train]

    first, second = order(data, 1), order(data, 2)
    assert first != second, "every epoch has the same order"
    assert order(load_data(short_settings.data, seed=0), 1) == first
    assert order(load_data(short_settings.data, seed=1), 1) != first
    assert starts_of(data.sampler, [1]) != sorted(starts_of(data.sampler, [1]))


@pytest.mark.parametrize("num_tokens", [2, 9, 10, 17, 100])
@pytest.mark.parametrize("batch_size", [1, 3, 50])
def test_blocks_in_order_are_all_of_them(num_tokens, batch_size):
    sampler = BlocksInOrder(num_tokens, 8, batch_size)
    batches = list(sampler)
    assert len(batches) == len(sampler)
    assert [first for batch in batches for first in batch] == [*range(0, num_tokens - 1, 8)]
    assert max(map(len, batches)) <= batch_size


def test_a_short_block_is_filled_up_behind_its_end():
    (token_ids,), target = collate([torch.tensor([5, 6, 7, 8]), torch.tensor([9, 4])])
    assert token_ids[0].tolist() == [5, 6, 7]
    assert target.tolist() == [[6, 7, 8], [4, NONE, NONE]]
    assert token_ids[1, 0] == 9


def test_splits_are_the_ends_of_the_text_and_share_nothing(short_settings, tmp_path):
    """What was trained on must not be measured on; neighbours belong to one split."""
    text = "".join(f"line {number}\n" for number in range(500))
    (tmp_path / "text.txt").write_text(text)
    settings = replace(short_settings.data, path=tmp_path / "text.txt")
    data = load_data(settings, seed=0)
    tokenizer = load_tokenizer(data.info)
    parts = [
        tokenizer.decode(tokens_of(loader).tolist())
        for loader in (data.train, data.validation, data.test)
    ]
    assert "".join(parts) == text
    assert [part[-1] for part in parts] == ["\n"] * 3, "a line is torn apart"
    sizes = [len(part) / len(text) for part in parts]
    held_out = settings.held_out
    expected = [(1 - held_out) ** 2, (1 - held_out) * held_out, held_out]
    assert sizes == pytest.approx(expected, abs=0.02)
    again = load_data(settings, seed=5)
    assert torch.equal(tokens_of(again.test), tokens_of(data.test))
