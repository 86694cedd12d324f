"""What a sweep tries: settings that exist, around the recipe."""

from copy import deepcopy
from dataclasses import replace

import optuna

from package.tools.sweep import strengthen, suggest


def test_what_is_searched_reaches_the_settings(settings, strong_augmentation, tmp_path):
    """Each name is that of a setting, and nothing else is changed."""
    settings.augment = strong_augmentation
    trial = optuna.create_study().ask()
    found, expected = suggest(trial, settings, tmp_path), deepcopy(settings)
    for name, value in trial.params.items():
        if name == "augmentation":
            expected.augment = strengthen(settings.augment, value)
        else:
            section, key = name.split(".")
            assert hasattr(getattr(settings, section), key), f"{name} is no setting"
            setattr(getattr(expected, section), key, value)
    expected.run = replace(settings.run, folder=tmp_path, name="trial-0")
    assert found == expected
    assert {"optim.lr", "augmentation"} <= trial.params.keys()


def test_strength_0_is_no_augmentation_and_1_the_recipe(augmentation):
    """One that is missing in `strengthen` stays on in every trial."""
    off = augmentation(0.0)
    searched = [name for name in vars(off) if not name.endswith("_flip")]
    for share in (0.25, 1.0):
        augment = augmentation(share, *searched)
        assert strengthen(augment, 0.0) == off
        assert strengthen(augment, 1.0) == augment
    assert strengthen(augment, 2.0) == augment, "stronger than the fullest"
