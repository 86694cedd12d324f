"""What the network computes, by other means. What you change on purpose, change here too."""

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.testing import assert_close

from package.model import build_model

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


def test_layers_are_those_of_torch_on_packed_sequences(settings, info, num_outputs, make_batch):
    """Each direction reads the text alone, and both meet at the same token in the next layer."""
    model = build_model(replace(settings.model, num_layers=2), info, num_outputs).eval()
    width = model.layers[0].forward_lstm.hidden_size
    reference = nn.LSTM(width, width, num_layers=2, bidirectional=True, batch_first=True)
    with torch.no_grad():
        for number, layer in enumerate(model.layers):
            for name, parameter in layer.forward_lstm.named_parameters():
                getattr(reference, name.replace("l0", f"l{number}")).copy_(parameter)
            for name, parameter in layer.backward_lstm.named_parameters():
                getattr(reference, name.replace("l0", f"l{number}_reverse")).copy_(parameter)
    (token_ids, mask), _ = make_batch(5)
    packed = pack_padded_sequence(
        model.embedding(token_ids), mask.sum(dim=1), batch_first=True, enforce_sorted=False
    )
    x, _ = pad_packed_sequence(reference(packed)[0], batch_first=True, padding_value=float("-inf"))
    *_, head = model.modules()
    # jinja: if output == "token"
    expected = x[mask[:, : x.size(1)]] @ head.weight.T + head.bias
    assert_close(model(token_ids, mask)[mask], expected)
    # jinja: else
    assert_close(model(token_ids, mask), x.amax(dim=1) @ head.weight.T + head.bias)
    # jinja: endif
