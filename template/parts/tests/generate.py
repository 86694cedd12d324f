"""What a model writes: drawn from what it predicts, the same with a cache and without."""

from inspect import signature
from itertools import islice

import pytest
import torch
from torch import Generator, nn
from torch.testing import assert_close

from package.engine.labels import DataError
from package.generate import draw, encode_prompt, generate_tokens
from package.tokenizer import load_tokenizer

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)

COUNT = 30  # tokens to write, several times the context


def write(model, info, prompt, seed=0, temperature=1.0, top_k=None, **options):
    draws = Generator().manual_seed(seed)
    found = generate_tokens(model, prompt, info["context"], temperature, top_k, draws, **options)
    return list(islice(found, COUNT))


@pytest.fixture
def sure_model(model):
    """Whose outputs tell tokens apart: one that nobody has trained finds all alike."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(8.0 if parameter.ndim > 1 else 1.0)
    return model


@pytest.mark.parametrize("temperature", [0.0, 1.0])
@pytest.mark.parametrize("length", [1, 4, 6, 7, 20])
def test_a_cache_changes_no_token(sure_model, info, length, temperature):
    """Of prompts shorter and longer than the context, and far beyond it."""
    prompt = [1 + number % 5 for number in range(length)]
    found = write(sure_model, info, prompt, temperature=temperature)
    without = write(sure_model, info, prompt, temperature=temperature, use_cache=False)
    assert found == without, "with a cache it writes another text"
    assert len({*found}) > 1 or not temperature


@pytest.mark.parametrize("size", [1, 2, 6])
def test_a_cache_changes_no_outputs(model, make_batch, size):
    """Whether tokens come one by one, or several at a time."""
    if "cache" not in signature(model.forward).parameters:
        pytest.skip("the model has no cache")
    (token_ids,), _ = make_batch(3)
    cache = {}
    found = [model(part, cache) for part in token_ids.split(size, dim=1)]
    message = f"{size} tokens at a time with a cache give other outputs than all at once"
    assert_close(torch.cat(found, dim=1), model(token_ids), atol=1e-5, rtol=1e-4, msg=message)


class Counter(nn.Module):
    """Predicts the token after the last one, and notes what it was given."""

    def __init__(self, num_tokens):
        super().__init__()
        self.weight, self.given = nn.Parameter(1000 * torch.eye(num_tokens)), []

    def forward(self, token_ids):
        self.given.append(token_ids[0].tolist())
        return self.weight[(token_ids + 1) % len(self.weight)]


@pytest.mark.parametrize("length", [1, 6, 15])
def test_each_token_is_what_the_model_says_of_those_before_it(info, length):
    """It sees as many of them as it can: at least half of what it was trained with."""
    context, prompt = info["context"], list(range(length))
    counter = Counter(50)
    assert write(counter, info, prompt) == [(length + n) % 50 for n in range(COUNT)]
    text = [*prompt, *((length + n) % 50 for n in range(COUNT))]
    for number, given in enumerate(counter.given):
        before = text[: length + number]
        assert given == before[-len(given) :], "it does not see the text as it is"
        assert min(len(before), context // 2) <= len(given) <= context


def test_a_seed_decides_the_text(model, info):
    first = write(model, info, [1, 2])
    torch.rand(3)  # what was drawn elsewhere must not matter
    assert write(model, info, [1, 2]) == first != write(model, info, [1, 2], seed=1)


LOGITS = torch.tensor([0.0, 2.0, 1.0, -1.0])


def frequencies(temperature, top_k):
    generator = Generator().manual_seed(0)
    drawn = [draw(LOGITS, temperature, top_k, generator) for _ in range(3000)]
    return torch.tensor(drawn).bincount(minlength=4) / 3000


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("top_k", [None, 2, 9])
def test_tokens_are_drawn_by_their_probabilities(info, temperature, top_k):
    expected = (LOGITS.double() / temperature).exp()
    if top_k == 2:
        expected[[0, 3]] = 0.0
    expected = expected / expected.sum()
    assert_close(frequencies(temperature, top_k).double(), expected, atol=0.04, rtol=0)


def test_without_a_temperature_the_most_likely_token_comes(info):
    assert frequencies(0.0, None).tolist() == [0, 1, 0, 0]


def test_a_prompt_is_the_text_that_it_was(info):
    ids = encode_prompt("a Bcd", info)
    assert load_tokenizer(info).decode(ids) == "a Bcd"


def test_a_prompt_that_cannot_be_used_is_explained(info):
    with pytest.raises(DataError, match=r"training text lacks: '\u00e9', '\u4e16'") as caught:
        encode_prompt("a\u00e9b\u4e16\u00e9", info)
    assert "\n" not in str(caught.value)
    with pytest.raises(DataError, match="the prompt is empty"):
        encode_prompt("", info)
