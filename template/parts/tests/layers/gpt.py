"""What the network computes, by other means. What you change on purpose, change here too."""

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from package.model import build_model
from package.optim import build_optimizer

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


def test_blocks_are_those_of_a_pre_norm_transformer(model, make_batch):
    """Torch's own, with the same weights and a mask of what comes later."""
    (token_ids,), _ = make_batch(3)
    width, heads = model.embedding.embedding_dim, model.blocks[0].attention.num_heads
    size = token_ids.size(1)
    x = model.embedding(token_ids) + model.position.weight[:size]
    mask = nn.Transformer.generate_square_subsequent_mask(size)
    for block in model.blocks:
        layer = nn.TransformerEncoderLayer(
            width, heads, 4 * width, 0.0, nn.functional.gelu, batch_first=True, norm_first=True
        ).eval()
        pairs = {
            layer.self_attn: {"in_proj_": block.attention.qkv},
            layer.self_attn.out_proj: {"": block.attention.projection},
            layer.linear1: {"": block.mlp[0]},
            layer.linear2: {"": block.mlp[2]},
            layer.norm1: {"": block.attention_norm},
            layer.norm2: {"": block.mlp_norm},
        }
        with torch.no_grad():
            for module, sources in pairs.items():
                for prefix, source in sources.items():
                    getattr(module, f"{prefix}weight").copy_(source.weight)
                    getattr(module, f"{prefix}bias").copy_(source.bias)
        x = layer(x, src_mask=mask)
    expected = model.norm(x) @ model.embedding.weight.T
    assert_close(model(token_ids), expected, atol=1e-5, rtol=1e-4)


def test_the_head_is_the_embedding(model, num_outputs):
    assert model.head.weight is model.embedding.weight
    assert model.head.weight.shape == (num_outputs, model.position.embedding_dim)
    names = [name for name, _ in model.named_parameters()]
    assert ("head.weight" in names) + ("embedding.weight" in names) == 1, "it is counted twice"


def test_tied_weights_are_in_one_group_once(settings, model):
    """As those of a head they decay; an embedding of its own would not."""
    groups = build_optimizer(settings.optim, model).param_groups
    holding = [g for g in groups for p in g["params"] if p is model.embedding.weight]
    assert len(holding) == 1
    assert holding[0]["weight_decay"] == getattr(settings.optim, "weight_decay", 0.0)


@pytest.mark.parametrize("depth", [1, 8])
def test_weights_begin_small_and_those_that_add_up_smaller(settings, info, num_outputs, depth):
    """Radford et al. 2019: 0.02, and at the end of each branch less for a deeper model."""
    sizes = replace(settings.model, width=64, depth=depth, num_heads=4)
    model = build_model(sizes, info, num_outputs)
    last = 0.02 / (2 * depth) ** 0.5
    for block in model.blocks:
        for layer, expected in [
            (block.attention.qkv, 0.02),
            (block.mlp[0], 0.02),
            (block.attention.projection, last),
            (block.mlp[2], last),
        ]:
            assert layer.weight.std().item() == pytest.approx(expected, rel=0.1)
            assert not layer.bias.any()
    for embedding in (model.embedding, model.position):
        assert embedding.weight.std().item() == pytest.approx(0.02, rel=0.2)


def test_attention_is_dropped_in_training_alone(settings, info, num_outputs, make_batch):
    settings.model.dropout = 0.9
    attention = build_model(settings.model, info, num_outputs).blocks[0].attention
    x = torch.randn(2, 6, settings.model.width)
    assert not torch.equal(attention.train()(x), attention(x))
    assert torch.equal(attention.eval()(x), attention(x))


def test_heads_share_the_width(settings, info):
    with pytest.raises(ValueError, match="must be a multiple"):
        replace(settings.model, width=10, num_heads=4)
