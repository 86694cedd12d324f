"""The closed form of the schedule. If you change it on purpose, change it here too."""

import pytest

from graph_default.schedule import ScheduleSettings, lr_factor


@pytest.mark.parametrize("total", [1, 2, 3, 10, 97, 1000])  # steps; the short ones are debugging
@pytest.mark.parametrize("warmup", [0.05, 0.1, 0.5])
def test_the_rate_stays_at_its_peak(total, warmup):
    settings = ScheduleSettings(warmup=warmup)
    rates = [lr_factor(step, total, settings) for step in range(int(warmup * total), total)]
    assert rates == [1.0] * len(rates)


def test_the_rate_is_the_same_in_a_training_that_is_continued():
    settings = ScheduleSettings(warmup=0.1)
    assert [lr_factor(step, 100, settings) for step in (99, 100, 150)] == [1.0] * 3
