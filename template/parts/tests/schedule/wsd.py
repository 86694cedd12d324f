"""The closed form of the schedule. If you change it on purpose, change it here too."""

import pytest

from package.schedule import ScheduleSettings, lr_factor


@pytest.mark.parametrize("total", [10, 100, 1000])
@pytest.mark.parametrize("warmup", [0.05, 0.1, 0.3])
def test_the_rate_stays_and_then_falls_along_a_line(total, warmup):
    settings = ScheduleSettings(warmup=warmup, decay=0.5, floor=0.1)
    rates = [lr_factor(step, total, settings) for step in range(int(warmup * total), total)]
    down = [0.1 + 0.9 * left / (total // 2 + 1) for left in range(total // 2, 0, -1)]
    assert rates == pytest.approx([1.0] * (len(rates) - len(down)) + down)
    assert lr_factor(total + 50, total, settings) == pytest.approx(0.1), "the floor is left again"


@pytest.mark.parametrize("decay", [0.9, 0.95])
def test_a_training_without_a_step_at_the_peak_is_refused(decay):
    with pytest.raises(ValueError, match=r"schedule\.decay"):
        ScheduleSettings(warmup=0.1, decay=decay, floor=0.0)
