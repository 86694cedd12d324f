"""The learning rate of every step, as a share of its peak, against the closed form."""

import pytest

from graph_default.schedule import ScheduleSettings, lr_factor

TOTALS = [1, 2, 3, 10, 97, 1000]  # optimizer steps in a training; the short ones are debugging runs
WARMUPS = [0.05, 0.1, 0.5]


def factors(total, settings):
    return [lr_factor(step, total, settings) for step in range(total)]


@pytest.mark.parametrize("total", TOTALS)
@pytest.mark.parametrize("warmup", WARMUPS)
def test_the_rate_rises_in_equal_steps_to_its_peak_and_stays(total, warmup):
    rates = factors(total, ScheduleSettings(warmup=warmup))
    assert min(rates) > 0, "a step with a learning rate of 0 is wasted"
    peak = rates.index(max(rates))
    assert peak == pytest.approx(warmup * total, abs=0.99)
    assert rates[:peak] == pytest.approx([(step + 1) / (peak + 1) for step in range(peak)])
    assert rates[peak:] == [1.0] * (total - peak)


def test_the_rate_is_the_same_in_a_training_that_is_continued():
    settings = ScheduleSettings(warmup=0.1)
    assert [lr_factor(step, 100, settings) for step in (99, 100, 150)] == [1.0] * 3


@pytest.mark.parametrize("total", TOTALS)
def test_without_warmup_every_step_has_the_peak(total):
    assert factors(total, ScheduleSettings(warmup=0.0)) == [1.0] * total


@pytest.mark.parametrize(
    "warmup",
    [
        -0.1,
        1.0,
        1000,
    ],
)
def test_a_warmup_that_cannot_be_is_refused(warmup):
    with pytest.raises(ValueError, match=r"schedule\.warmup"):
        ScheduleSettings(warmup=warmup)
