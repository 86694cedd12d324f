"""What a sweep tries: settings that exist, around the recipe."""

from copy import deepcopy
from dataclasses import replace

import optuna

from vision_default.tools.sweep import strengthen, suggest


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
