"""The learning rate of every step, as a share of its peak, against the closed form."""

import pytest

from graph_contrast.schedule import ScheduleSettings, lr_factor

TOTALS = [1, 2, 3, 10, 97, 1000]  # optimizer steps in a training; the short ones are debugging runs
WARMUPS = [0.05, 0.1, 0.3]


def factors(total, settings):
    return [lr_factor(step, total, settings) for step in range(total)]


@pytest.mark.parametrize("total", [10, 100, 1000])
@pytest.mark.parametrize("warmup", WARMUPS)
def test_the_rate_drops_at_the_milestones(total, warmup):
    settings = ScheduleSettings(warmup=warmup, milestones=[0.6, 0.8], gamma=0.1)
    rates = factors(total, settings)[int(warmup * total) :]
    full, low, lowest = total * 6 // 10 - int(warmup * total), total * 2 // 10, total * 2 // 10
    assert rates == pytest.approx([1.0] * full + [0.1] * low + [0.01] * lowest)


@pytest.mark.parametrize("total", TOTALS)
@pytest.mark.parametrize("warmup", WARMUPS)
def test_the_rate_rises_in_equal_steps_to_its_peak_and_never_again(total, warmup):
    settings = ScheduleSettings(warmup=warmup, milestones=[0.6, 0.8], gamma=0.1)
    rates = factors(total, settings)
    assert min(rates) > 0, "a step with a learning rate of 0 is wasted"
    peak = rates.index(max(rates))
    assert rates[peak] == 1.0
    assert peak == pytest.approx(warmup * total, abs=0.99)
    assert rates[:peak] == pytest.approx([(step + 1) / (peak + 1) for step in range(peak)])
    assert rates[peak:] == sorted(rates[peak:], reverse=True), "the rate rises after its peak"


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
        ScheduleSettings(warmup=warmup, milestones=[0.5], gamma=0.1)


@pytest.mark.parametrize("milestones", [[0.05], [0.5, 1.0], [30, 60]])
def test_milestones_outside_of_the_training_are_refused(milestones):
    with pytest.raises(ValueError, match=r"schedule\.milestones"):
        ScheduleSettings(warmup=0.1, milestones=milestones, gamma=0.1)
