"""Dropout of words: whole ones, each with its own draw, and never what is no word."""

import pytest
import torch
from torch import Generator

from package.augment import Augment

# Two special tokens; the even ids begin a word, the odd ones go on with it.
PAD, UNKNOWN, FIRST = 0, 1, 2
INFO = {
    "is_word_start": [token >= FIRST and token % 2 == 0 for token in range(20)],
    # jinja: if pretrained
    "is_special": [token < FIRST for token in range(20)],
    "mask_id": UNKNOWN,
    # jinja: else
    "num_special": 2,
    "unknown_id": UNKNOWN,
    # jinja: endif
}
TEXT = [2, 3, 3, 4, 6, 7, 8, 10, 11, 12]  # six words, of which three have several pieces
WORDS = [[0, 1, 2], [3], [4, 5], [6], [7, 8], [9]]


@pytest.fixture
def apply(no_augmentation):
    """``apply(texts, word_dropout, seed)``: the token ids of equally long texts afterwards."""

    def apply(texts, word_dropout, seed=0):
        token_ids, target = torch.tensor(texts), torch.arange(len(texts))
        no_augmentation.word_dropout = word_dropout
        augment, generator = Augment(no_augmentation, INFO), Generator().manual_seed(seed)
        return augment((token_ids, token_ids != PAD), target, generator)[0][0]

    return apply


def test_off_changes_nothing(apply):
    assert apply([TEXT] * 5, 0.0).tolist() == [TEXT] * 5


def test_words_are_dropped_with_all_their_pieces(apply):
    """Half a word says what the other half was."""
    changed = apply([TEXT] * 200, 0.5)
    dropped = changed == UNKNOWN
    assert torch.equal(changed[~dropped], torch.tensor([TEXT] * 200)[~dropped])
    for word in WORDS:
        pieces = dropped[:, word]
        assert torch.equal(pieces.any(dim=1), pieces.all(dim=1)), f"{word} is torn apart"
        assert 50 < pieces[:, 0].sum() < 150


def test_the_rate_is_that_of_the_setting(apply):
    dropped = apply([list(range(2, 20, 2))] * 1000, 0.2) == UNKNOWN  # nine words each
    assert dropped.float().mean().item() == pytest.approx(0.2, abs=0.02)


def test_one_word_is_always_kept(apply):
    """A text of nothing but unknown words has no label to learn."""
    kept = apply([TEXT] * 200, 1.0) != UNKNOWN
    for word in WORDS:
        whole = kept[:, word].all(dim=1)
        assert 10 < whole.sum() < 70, "the word that is kept is not drawn evenly"
        others = [piece for piece in range(len(TEXT)) if piece not in word]
        assert not kept[whole][:, others].any(), "more than one word is kept"
    assert apply([[2, 3], [4, PAD]], 1.0).tolist() == [[2, 3], [4, PAD]]


def test_special_tokens_and_padding_are_never_dropped(apply):
    """Nor do they count as the word that is kept."""
    text = [UNKNOWN, 2, 3, UNKNOWN, 4, 6, PAD, PAD]
    changed = apply([text] * 200, 0.9)
    assert (changed[:, 6:] == PAD).all()
    assert (changed[:, [1, 4, 5]] != UNKNOWN).any(dim=1).all()
