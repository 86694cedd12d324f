"""What a sweep tries: settings that exist, around the recipe."""

from copy import deepcopy
from dataclasses import replace

import optuna

from package.tools.sweep import strengthen, suggest


def test_what_is_searched_reaches_the_settings(settings, no_augmentation, tmp_path):
    """Each name is that of a setting, and nothing else is changed."""
    settings.augment = replace(no_augmentation, **dict.fromkeys(vars(no_augmentation), 0.25))
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


def test_strength_0_is_no_augmentation_and_1_the_recipe(settings, no_augmentation):
    """One that is missing in `strengthen` stays on in every trial."""
    # jinja: if form == "images"
    settings.augment.horizontal_flip = 0.0  # which is not searched
    most = 0.5  # of hue
    # jinja: else
    most = 0.95
    # jinja: endif
    strong = replace(no_augmentation, **dict.fromkeys(vars(no_augmentation), most))
    for augment in (settings.augment, strong):
        assert strengthen(augment, 1.0) == augment
    assert strengthen(settings.augment, 0.0) == no_augmentation
