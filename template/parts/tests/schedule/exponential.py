"""The closed form of the schedule. If you change it on purpose, change it here too."""

import pytest
from cyclopts import ValidationError

from package.schedule import ScheduleSettings, lr_factor


@pytest.mark.parametrize("total", [1, 2, 3, 10, 97, 1000])  # steps; the short ones are debugging
@pytest.mark.parametrize("warmup", [0.05, 0.1, 0.5])
def test_the_rate_falls_by_the_same_factor_in_every_step(total, warmup):
    settings = ScheduleSettings(warmup=warmup, floor=0.1)
    rates = [lr_factor(step, total, settings) for step in range(int(warmup * total), total)]
    factor = 0.1 ** (1 / max(1, len(rates) - 1))
    assert rates == pytest.approx([factor**step for step in range(len(rates))])
    assert lr_factor(total + 50, total, settings) == pytest.approx(0.1), "the floor is left again"


@pytest.mark.parametrize("floor", ["0", "-0.1", "1.5"])
def test_a_floor_that_no_factor_leads_to_is_refused(parse, floor):
    with pytest.raises(ValidationError, match=r"schedule\.floor"):
        parse("--schedule.floor", floor)
