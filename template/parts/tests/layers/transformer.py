"""What the layers compute, by other means. If you change one on purpose, change it here too."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from package import model as layers

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)

MASK = torch.tensor([[True] * 5, [True] * 3 + [False] * 2])


def test_attention_is_that_of_torch(info):
    """Else heads or tokens are mixed up, the softmax is over queries, or the scale forgotten."""
    attention, x = layers.SelfAttention(12, 3), torch.randn(2, 5, 12)
    reference = nn.MultiheadAttention(12, 3, batch_first=True)
    with torch.no_grad():
        reference.in_proj_weight.copy_(attention.query_key_value.weight)
        reference.in_proj_bias.copy_(attention.query_key_value.bias)
    reference.out_proj = attention.projection
    expected, _ = reference(x, x, x, key_padding_mask=~MASK, need_weights=False)
    assert_close(attention(x, MASK), expected)


def test_a_block_adds_to_its_input(info):
    """With weights of zero it passes its input on; without a residual nothing would be left."""
    block, x = layers.TransformerBlock(12, 3, 0.0), torch.randn(2, 5, 12)
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.zero_()
    assert_close(block(x, MASK), x)


def test_positions_are_those_of_the_paper(info):
    """Vaswani et al. 2017, section 3.5: each pair of dimensions turns at a rate of its own."""
    expected = [
        [
            function(torch.tensor(position / 10_000 ** (pair / 12)))
            for pair in range(0, 12, 2)
            for function in (torch.sin, torch.cos)
        ]
        for position in range(50)
    ]
    positions = layers.sinusoids(50, 12, torch.device("cpu"))
    assert_close(positions, torch.tensor(expected), atol=1e-5, rtol=0)


def test_the_order_of_tokens_matters(model):
    token_ids = torch.tensor([[2, 3, 4, 5, 6], [6, 5, 4, 3, 2]])
    first, second = model(token_ids, torch.ones_like(token_ids).bool())
    # jinja: if output == "token"
    second = second.flip(0)  # the same tokens beside each other again
    # jinja: endif
    assert (first - second).abs().max() > 1e-5, "the model sees a bag of words"
