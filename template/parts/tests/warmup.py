"""The learning rate rises to its peak, and never again, whatever the schedule."""

from dataclasses import replace

import pytest
from cyclopts import ValidationError

from package.schedule import lr_factor

# jinja: if schedule == "multistep"
SHAPE = {"milestones": [0.6, 0.8], "gamma": 0.1}


# jinja: elif schedule == "constant"
SHAPE = {}


# jinja: elif schedule == "wsd"
SHAPE = {"decay": 0.4, "floor": 0.1}


# jinja: else
SHAPE = {"floor": 0.1}


# jinja: endif
@pytest.mark.parametrize("total", [1, 2, 3, 10, 97, 1000])  # steps; the short ones are debugging
@pytest.mark.parametrize("warmup", [0.05, 0.1, 0.5])
def test_the_rate_rises_in_equal_steps_to_its_peak_and_never_again(settings, total, warmup):
    schedule = replace(settings.schedule, warmup=warmup, **SHAPE)
    rates = [lr_factor(step, total, schedule) for step in range(total)]
    assert min(rates) > 0, "a step with a learning rate of 0 is wasted"
    peak = rates.index(max(rates))
    assert rates[peak] == 1.0
    assert peak == pytest.approx(warmup * total, abs=0.99)
    assert rates[:peak] == pytest.approx([(step + 1) / (peak + 1) for step in range(peak)])
    assert rates[peak:] == sorted(rates[peak:], reverse=True), "the rate rises after its peak"


# jinja: if needs_warmup
def test_a_transformer_is_given_a_warmup(parse):
    with pytest.raises(ValidationError, match=r"schedule\.warmup.*without a warmup"):
        parse("--schedule.warmup", "0")


# jinja: else
def test_without_warmup_the_first_step_has_the_peak(settings):
    assert lr_factor(0, 100, replace(settings.schedule, warmup=0.0, **SHAPE)) == 1.0


# jinja: endif
@pytest.mark.parametrize("warmup", ["-0.1", "1", "1000"])
def test_a_warmup_that_cannot_be_is_refused(parse, warmup):
    with pytest.raises(ValidationError, match=r"schedule\.warmup"):
        parse("--schedule.warmup", warmup)
