"""What is for validation, part by part."""

from collections import Counter

import pytest

from package.engine.folds import take_fold
from package.engine.labels import DataError

GROUPS = ["a"] * 12 + ["b"] * 7 + ["c"] * 4


@pytest.mark.parametrize("folds", [2, 5])
def test_every_item_is_for_validation_once_and_every_group_has_its_share(folds):
    items = [*range(len(GROUPS))]
    parts = [take_fold(items, GROUPS, (number, folds), seed=0) for number in range(1, folds + 1)]
    assert sorted(item for _, validation in parts for item in validation) == items
    for train, validation in parts:
        assert sorted(train + validation) == items
        count = Counter(GROUPS[item] for item in validation)
        for group, total in Counter(GROUPS).items():
            assert abs(count[group] - total / folds) < 1, f"{group} has not its share"
        assert abs(len(validation) - len(items) / folds) < 1
    others = [take_fold(items, GROUPS, (number, folds), seed=1) for number in range(1, folds + 1)]
    assert parts != others, "the seed decides nothing"


def test_what_has_no_group_is_trained_with():
    train, validation = take_fold("wxyz", ["", "a", "a", ""], (1, 2), seed=0)
    assert {"w", "z"} <= {*train}
    assert len(validation) == 1


@pytest.mark.parametrize("fold", [(0, 5), (6, 5), (1, 1), (1, 24), (-1, 2)])
def test_a_part_that_does_not_exist_is_refused(fold):
    message = f"data.fold {fold[0]} {fold[1]}: there is no such part of 23 examples"
    with pytest.raises(DataError, match=message):
        take_fold(GROUPS, GROUPS, fold, seed=0)
