"""What the network computes, written out. If you change a layer on purpose, change it here too."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


def test_each_filter_reports_its_best_match_in_a_text(model, make_batch):
    (token_ids, mask), _ = make_batch(3)
    *_, head = model.modules()
    convolutions = [layer for layer in model.modules() if isinstance(layer, nn.Conv1d)]
    embedding = next(model.parameters())
    for ids, real, outputs in zip(token_ids, mask, model(token_ids, mask), strict=True):
        x, best = embedding[ids[real]], []
        for convolution in convolutions:
            (size,) = convolution.kernel_size
            padded = nn.functional.pad(x, (0, 0, (size - 1) // 2, size // 2))
            phrases = padded.unfold(0, size, 1).flatten(1)  # (T, D * size)
            matches = phrases @ convolution.weight.flatten(1).T + convolution.bias
            best.append(matches.clamp(min=0).amax(dim=0))
        assert_close(outputs, head.weight @ torch.cat(best) + head.bias)
