"""Texts of words: none lost or counted twice, each tag at the first token of its word."""

from itertools import pairwise

import pytest
# jinja: if pretrained
import torch
from tiny import load_data

# jinja: else
import torch

# jinja: endif
from package.data import (
    UNKNOWN,
    collate,
    cut_text,
    # jinja: if not pretrained
    encode_words,
    load_data,
    # jinja: endif
    read_inputs,
)
from package.engine.buckets import BucketSampler
from package.engine.windows import find_windows
from package.tokenizer import load_tokenizer
from package.tools.examples import describe_examples


def read(loader):
    """All texts and tags of a split, in the order of its loader."""
    texts, tags = [], []
    for (token_ids, mask), target in loader:
        assert (target[~mask] == UNKNOWN).all(), "padding has a tag"
        texts += [ids[real].tolist() for ids, real in zip(token_ids, mask, strict=True)]
        tags += [row[real].tolist() for row, real in zip(target, mask, strict=True)]
    return texts, tags


def test_evaluation_loses_no_text(data):
    for loader in (data.validation, data.test):
        texts, tags = read(loader)
        assert texts == [token_ids.tolist() for token_ids, _ in loader.dataset.windows]
        assert tags == [target.tolist() for _, target in loader.dataset.windows]
        assert len(texts) % 7, "choose sizes that leave a smaller last batch"


def test_every_word_has_its_tag_once(data):
    """Also those of a text that does not fit into a window."""
    longest = 0
    for loader in (data.train, data.validation, data.test):
        dataset = loader.dataset
        found = [[] for _ in dataset.rows]
        for number, (token_ids, target) in zip(dataset.row_of, dataset.windows, strict=True):
            found[number] += [data.info["tags"][tag] for tag in target.tolist() if tag != UNKNOWN]
            longest = max(longest, len(token_ids))
        assert found == [[*row.label.tags] for row in dataset.rows]
        assert len(dataset.windows) > len(dataset.rows) or loader is not data.train
    assert longest <= 30, "a window is longer than data.max_length"


def test_a_tag_stands_at_the_first_token_of_its_word(data):
    tokenizer, dataset = load_tokenizer(data.info), data.validation.dataset
    seen = 0
    for number, (token_ids, target) in zip(dataset.row_of, dataset.windows, strict=True):
        row = dataset.rows[number]
        if dataset.row_of.count(number) > 1:
            continue
        pieces = [tokenizer.encode([word], is_pretokenized=True).ids for word in row.words]
        # jinja: if pretrained
        pieces = [ids[1:-1] for ids in pieces]  # without what is around a text
        first, *own, last = token_ids.tolist()
        assert own == [token for ids in pieces for token in ids]
        assert data.info["is_special"][first]
        assert data.info["is_special"][last]
        expected = []
        # jinja: else
        assert token_ids.tolist() == [token for ids in pieces for token in ids]
        expected = []
        # jinja: endif
        for ids, tag in zip(pieces, row.label.tags, strict=True):
            expected += [data.info["tags"].index(tag)] + [UNKNOWN] * (len(ids) - 1)
            seen += len(ids) > 1
        # jinja: if pretrained
        expected = [UNKNOWN, *expected, UNKNOWN]
        # jinja: endif
        assert target.tolist() == expected
    assert seen, "no word has several tokens: choose other words"


def test_collate_pads_words_and_tags_alike():
    (token_ids, mask), target = collate(
        [
            (torch.tensor([5, 6, 7]), torch.tensor([2, UNKNOWN, 0])),
            (torch.tensor([8]), torch.tensor([0])),
        ]
    )
    assert token_ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert mask.tolist() == [[True, True, True], [True, False, False]]
    assert target.tolist() == [[2, UNKNOWN, 0], [0, UNKNOWN, UNKNOWN]]
    assert (token_ids.dtype, mask.dtype, target.dtype) == (torch.int64, torch.bool, torch.int64)


# jinja: if not pretrained
def test_any_word_has_a_token_and_begins_with_one_that_begins_words(data):
    """Spaces within a word and letters that training has not seen included."""
    words = ["New", "x", "\u00a0", "\u200b", "a b", "[PAD]", "\u00e9", "\U0001f600", "don't", "_"]
    (tokens,) = encode_words([words], load_tokenizer(data.info))
    assert len(tokens) == len(words)
    is_start = data.info["is_word_start"]
    for ids in tokens:
        assert [is_start[token] for token in ids] == [True] + [False] * (len(ids) - 1)
        assert min(ids) >= data.info["num_special"]


# jinja: endif
@pytest.mark.parametrize("limit", [1, 2, 5, 8, 100])
@pytest.mark.parametrize("seed", range(5))
def test_each_word_belongs_to_one_window_that_sees_what_is_around_it(limit, seed):
    draws = torch.Generator().manual_seed(seed)
    sizes = (1 + torch.randint(min(3, limit), (40,), generator=draws)).tolist()
    may_cut = (torch.rand(40, generator=draws) < 0.7).tolist()
    windows = find_windows(sizes, limit, may_cut)
    assert windows[0].own_first == 0
    assert windows[-1].own_stop == 40
    assert all(one.own_stop == other.own_first for one, other in pairwise(windows))
    for window in windows:
        assert window.first <= window.own_first < window.own_stop <= window.stop
        total = sum(sizes[window.first : window.stop])
        assert total <= limit
        for outer in {window.first - 1, window.stop} - {-1, 40}:
            assert total + sizes[outer] > limit, "there is room for more of what is around"


def test_no_entity_is_cut_in_two():
    """It would count as two, and neither as found."""
    for length in range(1, 9):
        may_cut = [number % length == 0 for number in range(60)]
        for window in find_windows([1] * 60, 8, may_cut):
            assert may_cut[window.own_first], "a part begins within an entity"
    assert len(find_windows([1] * 20, 8, [False] * 20)) == 3, "a longer one than a window is cut"


def test_values_stand_at_the_first_tokens_of_own_words():
    tokens = [[2, 3], [4], [6, 7, 7], [8], [10, 11]]
    windows = cut_text(tokens, torch.arange(5), limit=5, may_cut=[True] * 5)
    found = [(ids.tolist(), placed.tolist()) for ids, placed in windows]
    none = UNKNOWN
    assert [placed for _, row in found for placed in row if placed != none] == [0, 1, 2, 3, 4]
    for ids, row in found:
        for token, value in zip(ids, row, strict=True):
            assert value == none or tokens[value][0] == token
    ((ids, row),) = cut_text(tokens, torch.arange(5), limit=9, may_cut=[True] * 5)
    assert ids.tolist() == [2, 3, 4, 6, 7, 7, 8, 10, 11]
    assert row.tolist() == [0, none, 1, 2, none, none, 3, 4, none]
    ((ids, _),) = cut_text([[2, 3, 3, 3]], torch.arange(1), limit=3, may_cut=[True])
    assert ids.tolist() == [2, 3, 3], "of a word longer than a window the beginning is used"


def test_prediction_prepares_texts_as_training_does(data, tmp_path):
    """And gives each word one place, whatever is the length of its text."""
    words = [row.words for row in data.validation.dataset.rows] + [["long", "text"] * 60]
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(["", *map(" ".join, words), " "]))
    read = list(read_inputs([file], data.info))
    assert [text.words for text, *_ in read] == words
    whole = {data.validation.dataset.row_of.count(n): n for n in range(len(words) - 1)}
    for text, (token_ids, mask), is_first in read:
        assert int(is_first.sum()) == len(text.words)
        assert not is_first[~mask].any()
        assert token_ids.size(1) <= 30
    number = whole[1]  # of one window
    (expected,) = [
        window
        for row, window in zip(
            data.validation.dataset.row_of, data.validation.dataset.windows, strict=True
        )
        if row == number
    ]
    _, (token_ids, _), is_first = read[number]
    assert token_ids[0].tolist() == expected[0].tolist()
    assert is_first[0].tolist() == (expected[1] != UNKNOWN).tolist()


def test_training_order_is_shuffled_by_seed_and_epoch_alone(data, short_settings):
    def order(data, epoch):
        torch.rand(epoch)  # what was drawn elsewhere must not matter
        data.sampler.set_epoch(epoch)
        return read(data.train)[0]

    first, second = order(data, 1), order(data, 2)
    assert first != second, "every epoch has the same order"
    assert first != sorted(first, key=len)
    if type(data.sampler) is BucketSampler:  # one of your own may draw some more often
        every = sorted(token_ids.tolist() for token_ids, _ in data.train.dataset.windows)
        assert sorted(first) == sorted(second) == every
    assert order(load_data(short_settings.data, seed=0), 1) == first
    assert order(load_data(short_settings.data, seed=1), 1) != first


def test_little_of_a_training_batch_is_padding(data):
    masks = [mask for (_, mask), _ in data.train]
    real, total = sum(mask.sum().item() for mask in masks), sum(mask.numel() for mask in masks)
    if type(data.sampler) is BucketSampler:
        assert real / total > 0.7, "texts of a batch differ much in length"


@pytest.mark.parametrize("number", [1, 6, 7, 13, 200])
def test_batches_hold_every_text_once(number):
    sampler = BucketSampler(lengths=list(range(number)), batch_size=3, seed=0)
    batches = list(sampler)
    assert len(batches) == len(sampler)
    assert sorted(len(batch) for batch in batches)[1:] == [3] * (len(batches) - 1)
    assert sorted(index for batch in batches for index in batch) == list(range(number))


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
    assert len(first["validation"] + second["validation"]) >= len(both) - 20  # rare kinds stay
    assert sorted(first["validation"] + first["train"]) == both
