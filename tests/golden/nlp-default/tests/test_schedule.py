"""The closed form of the schedule. If you change it on purpose, change it here too."""

import math

import pytest

from nlp_default.schedule import ScheduleSettings, lr_factor


@pytest.mark.parametrize("total", [1, 2, 3, 10, 97, 1000])  # steps; the short ones are debugging
@pytest.mark.parametrize("warmup", [0.05, 0.1, 0.5])
def test_the_rate_falls_along_half_a_cosine(total, warmup):
    settings = ScheduleSettings(warmup=warmup, floor=0.1)
    rates = [lr_factor(step, total, settings) for step in range(int(warmup * total), total)]
    angles = [math.pi * step / max(1, len(rates) - 1) for step in range(len(rates))]
    assert rates == pytest.approx([0.1 + 0.9 * (1 + math.cos(angle)) / 2 for angle in angles])
    # A cosine goes up again after half a turn, which a longer training would follow.
    assert lr_factor(total + 50, total, settings) == pytest.approx(0.1), "the floor is left again"
