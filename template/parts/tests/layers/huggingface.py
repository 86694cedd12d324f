"""What the network computes, written out. If you change a layer on purpose, change it here too."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close
from transformers import AutoConfig, AutoModel

from package.model import build_model

both = pytest.mark.parametrize("info", ["small", "long"], indirect=True)


def make_library_model(info, model):
    """That of transformers, with the weights of the backbone of ours."""
    same = AutoModel.from_config(AutoConfig.for_model(**info["backbone"]))
    same.pooler = None
    same.load_state_dict(model.backbone.state_dict())
    return same.eval()


@both
def test_features_are_those_of_transformers(settings, info, num_outputs, make_batch):
    """Text by text, without padding or a mask: a head of one layer is all that is added."""
    model = build_model(settings.model, info, num_outputs).eval()
    same = make_library_model(info, model)
    (token_ids, mask), _ = make_batch(3)
    outputs = model(token_ids, mask)
    for number in range(3):
        x = same(token_ids[number : number + 1, mask[number]]).last_hidden_state[0]  # (T, D)
        # jinja: if output == "sample"
        found, x = outputs[number], x.mean(dim=0)  # (D,)
        # jinja: else
        found = outputs[number, mask[number]]  # (T, K)
        # jinja: endif
        assert_close(found, model.head(x), atol=1e-5, rtol=1e-4)


@both
def test_the_backbone_sees_its_own_padding(settings, info, num_outputs, make_batch):
    """Not every tokenizer has it first; some models count positions by it."""
    model, seen = build_model(settings.model, info, num_outputs), []
    embedding = model.backbone.get_input_embeddings()
    embedding.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    (token_ids, mask), _ = make_batch(5)
    assert not mask.all(), "choose texts of different lengths"
    model(token_ids, mask)
    (given,) = seen
    assert torch.equal(given[mask], token_ids[mask])
    assert (given[~mask] == info["backbone"]["pad_token_id"]).all()


@both
def test_only_the_head_is_scaled_and_begins_as_that_of_bert(settings, info):
    states = []
    for scale in (1.0, 0.5):
        settings.model.head_scale = scale
        torch.manual_seed(0)
        states.append(build_model(settings.model, info, 300).state_dict())
    changed = [name for name in states[0] if not torch.equal(states[0][name], states[1][name])]
    assert changed, "model.head_scale has no effect"
    for name in changed:
        assert len(states[0][name]) == 300, f"{name} is not of the head"
        assert_close(states[1][name], 0.5 * states[0][name])
        assert states[0][name].std().item() == pytest.approx(0.02, rel=0.2)


@both
def test_all_dropout_of_the_backbone_is_that_of_the_settings(settings, info, num_outputs):
    settings.model.dropout = 0.3
    model = build_model(settings.model, info, num_outputs)
    rates = [layer.p for layer in model.modules() if isinstance(layer, nn.Dropout)]
    assert len(rates) > 3
    assert {*rates} == {0.3}
