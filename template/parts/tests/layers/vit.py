"""What the layers compute, by other means. If you change one on purpose, change it here too."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from package import model as layers

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


def test_attention_is_that_of_torch(info):
    """Else heads or tokens are mixed up, the softmax is over queries, or the scale forgotten."""
    attention, x = layers.SelfAttention(12, 3), torch.randn(2, 5, 12)
    reference = nn.MultiheadAttention(12, 3, batch_first=True)
    with torch.no_grad():
        reference.in_proj_weight.copy_(attention.query_key_value.weight)
        reference.in_proj_bias.copy_(attention.query_key_value.bias)
    reference.out_proj = attention.projection
    assert_close(attention(x), reference(x, x, x, need_weights=False)[0])


def test_a_block_adds_to_its_input(info):
    """With weights of zero it passes its input on; without a residual nothing would be left."""
    block, x = layers.TransformerBlock(12, 3, 0.0), torch.randn(2, 5, 12)
    assert_close(block(x) - x, block.attention(x) + block.mlp(x + block.attention(x)))
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.zero_()
    assert_close(block(x), x)


def test_it_matters_where_a_patch_is(model, make_batch):
    """Attention sees a set of patches: only the positions tell where each of them is."""
    ((images,), _) = make_batch(3)
    difference = model(images.flip(3).flip(2)) - model(images)
    assert difference.abs().max() > 1e-4


def test_patches_are_pooled_alike(model, make_batch):
    """No token stands for the image: the first one is but its corner."""
    inputs, _ = make_batch(3)
    tokens = []
    model.norm.register_forward_hook(lambda module, inputs, outputs: tokens.append(outputs))
    assert_close(model(*inputs), model.head(tokens[0].mean(dim=1)))


def test_a_patch_is_one_token(model, make_batch):
    """Reshaped where axes should be swapped, tokens would be mixtures of all patches."""
    ((images,), _), tokens = make_batch(2), []
    model.blocks[0].register_forward_pre_hook(lambda module, inputs: tokens.append(inputs[0]))
    changed = images.clone()
    changed[:, :, 0, 0] += 1
    model(images)
    model(changed)
    differing = (tokens[0] != tokens[1]).any(dim=2).nonzero().tolist()
    assert differing == [[0, 0], [1, 0]], "a pixel of the first patch reaches other tokens"
