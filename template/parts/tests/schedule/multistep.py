"""The closed form of the schedule. If you change it on purpose, change it here too."""

import pytest

from package.schedule import ScheduleSettings, lr_factor


@pytest.mark.parametrize("total", [10, 100, 1000])
@pytest.mark.parametrize("warmup", [0.05, 0.1, 0.3])
def test_the_rate_drops_at_the_milestones(total, warmup):
    settings = ScheduleSettings(warmup=warmup, milestones=[0.6, 0.8], gamma=0.1)
    rates = [lr_factor(step, total, settings) for step in range(int(warmup * total), total)]
    full, low, lowest = total * 6 // 10 - int(warmup * total), total * 2 // 10, total * 2 // 10
    assert rates == pytest.approx([1.0] * full + [0.1] * low + [0.01] * lowest)


@pytest.mark.parametrize("milestones", [[0.05], [0.5, 1.0], [30, 60]])
def test_milestones_outside_of_the_training_are_refused(milestones):
    with pytest.raises(ValueError, match=r"schedule\.milestones"):
        ScheduleSettings(warmup=0.1, milestones=milestones, gamma=0.1)
