"""How often classes are drawn. If you draw them otherwise on purpose, change it here too."""

from dataclasses import replace
from itertools import chain

import inputs
import pytest
# jinja: if pretrained and domain == "nlp"
import torch
from tiny import load_data


# jinja: else
import torch

from package.data import load_data


# jinja: endif
@pytest.mark.parametrize(("balance", "share"), [(True, 0.5), (False, 0.125)])
def test_classes_are_drawn_as_often_as_asked_for(short_settings, tmp_path, balance, share):
    labels = ["rare" if number % 8 == 0 else "usual" for number in range(400)]
    path = inputs.write_examples(tmp_path, labels, seed=0)
    settings = replace(short_settings.data, path=path, balance=balance)
    data, same, other = (load_data(settings, seed) for seed in (3, 3, 4))
    rare = data.info["classes"].index("rare")
    drawn, evaluated = (
        torch.cat([target for _, target in loader]) for loader in (data.train, data.validation)
    )
    assert (drawn == rare).double().mean() == pytest.approx(share, abs=0.1)
    assert (evaluated == rare).double().mean() == pytest.approx(0.125, abs=0.1)

    first = list(data.sampler)
    torch.rand(3)  # what was drawn elsewhere must not matter
    assert list(same.sampler) == first != list(other.sampler)
    for sampler, start in ((data.sampler, 0), (same.sampler, 2)):
        sampler.set_epoch(1, start)
    assert list(same.sampler) == list(data.sampler)[2:], "a resumed epoch has other batches"
    assert list(data.sampler) != first, "every epoch has the same batches"
    if balance:
        seen = [{*chain(*batches)} for batches in (first, list(data.sampler))]
        assert seen[0] != seen[1], "every epoch has the same samples"
