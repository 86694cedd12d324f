"""A joint search for learning rate, weight decay, dropout and augmentation."""

import time
import warnings
from copy import deepcopy
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import optuna
import yaml
from cyclopts.types import PositiveInt
from matplotlib import pyplot
from optuna import Study, Trial, TrialPruned
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from optuna.trial import BaseTrial, FixedTrial, FrozenTrial, TrialState
from optuna.visualization.matplotlib import plot_optimization_history, plot_param_importances
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from ..augment import STRENGTHS, AugmentSettings
from ..engine.config import AllSettings
from ..engine.run import RunError, to_plain
from ..engine.signals import Stopped
from ..engine.state import Settings
from ..train import monitored, train

HEARTBEAT = 10  # seconds; a worker that is silent for twice as long counts as dead
FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)


def sweep(
    *,
    settings: AllSettings,
    trials: PositiveInt = 20,
    study: str = "sweep",
    storage: str | None = None,
) -> None:
    """Search around the recipe, with Optuna (Akiba et al. 2019).

    The same command continues an interrupted study; several at a time work on it together.

    Parameters
    ----------
    trials
        Trainings in the whole study; unpromising ones are stopped early.
    study
        Name of the study, and of its folder in the folder of runs.
    storage
        Database that several machines use, as SQLAlchemy's URL; none: a file in the study's folder.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # else every interruption prints a traceback
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    folder = settings.run.folder / study
    optuna_study = open_study(settings, folder, storage)

    def objective(trial: Trial) -> float:
        scores: list[float] = []

        def report(record: dict[str, float]) -> None:
            scores.append(monitored(record, settings.training.monitor))
            trial.report(scores[-1], int(record["epoch"]))
            if trial.should_prune():
                raise TrialPruned(f"after epoch {record['epoch']}")

        try:
            train(suggest(trial, settings, folder), on_epoch=report)
        except RunError as error:  # such as a loss that is infinite
            raise TrialPruned(str(error)) from error
        return max(scores)

    try:
        while len(optuna_study.get_trials(deepcopy=False, states=FINISHED)) < trials:
            optuna_study.optimize(objective, n_trials=1, callbacks=[partial(log_trial, folder)])
    except Stopped as stopped:
        stopped.args = ("stopped: the same command continues the study",)
        raise
    write_best(optuna_study, settings, folder)


def suggest(trial: BaseTrial, recipe: Settings, folder: Path) -> Settings:
    """The settings of a trial: change ranges here, or add settings to search."""
    settings = deepcopy(recipe)
    optim = vars(settings.optim)
    for key in ("lr", "weight_decay"):
        if value := optim.get(key):  # a decay of 0 stays off
            optim[key] = trial.suggest_float(f"optim.{key}", value / 10, value * 10, log=True)
    model = vars(settings.model)
    if "dropout" in model:  # a model of your own may have none
        model["dropout"] = trial.suggest_float("model.dropout", 0.0, max(0.5, model["dropout"]))
    if strengthen(recipe.augment, 0.0) != recipe.augment:
        strength = trial.suggest_float("augmentation", 0.0, 2.0)  # 1 is the recipe
        settings.augment = strengthen(recipe.augment, strength)
    settings.run = replace(recipe.run, folder=folder, name=f"trial-{trial.number}")
    return settings


def strengthen(augment: AugmentSettings, strength: float) -> AugmentSettings:
    """The same augmentation, ``strength`` times as strong, but no stronger than the fullest."""
    strengths: dict[str, Any]
    strengths = {name: value for name, value in vars(augment).items() if isinstance(value, float)}
    # Flips are left out: whether one is right depends on the classes.
    strengths = {n: value for n, value in strengths.items() if not n.endswith("_flip")}
    for name, value in strengths.items():
        off, full = STRENGTHS.get(name, (0.0, 1.0))
        least, _, most = sorted((off, full, value))
        strengths[name] = min(most, max(least, off + strength * (value - off)))
    return replace(augment, **strengths)


def open_study(recipe: Settings, folder: Path, storage: str | None) -> Study:
    """Creates the study or joins it; the recipe is its first trial."""
    folder.mkdir(parents=True, exist_ok=True)
    url = storage or f"sqlite:///{folder / 'study.db'}"
    retry = RetryHeartbeatStaleTrialCallback(max_retry=2)  # of trials whose workers died
    for delay in (0.1, 0.4, 1.5, 0.0):  # seconds to the next try; 0 after the last
        try:
            study = optuna.create_study(
                storage=RDBStorage(
                    url, heartbeat_interval=HEARTBEAT, heartbeat_stale_trial_callback=retry
                ),
                study_name=folder.name,
                direction="maximize",
                load_if_exists=True,
                pruner=optuna.pruners.MedianPruner(n_warmup_steps=recipe.training.epochs // 4),
            )
            break
        except (ImportError, SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
            if not delay or isinstance(error, ImportError | ArgumentError):
                reason = str(error).splitlines()[0]
                raise RunError(f"the database {url} cannot be used: {reason}") from error
            time.sleep(delay)  # two workers that begin together both try to create the tables
    plain = {name: section for name, section in to_plain(recipe).items() if name != "run"}
    if study.user_attrs.get("recipe", plain) != plain:
        raise RunError(f"study {folder.name} was begun with other settings: give another --study")
    study.set_user_attr("recipe", plain)
    first = {
        "optim.lr": recipe.optim.lr,
        "optim.weight_decay": vars(recipe.optim).get("weight_decay"),
        "model.dropout": vars(recipe.model).get("dropout"),
        "augmentation": 1.0,
    }
    study.enqueue_trial(first, skip_if_exists=True)
    return study


def log_trial(folder: Path, study: Study, trial: FrozenTrial) -> None:
    """Prints what the trial was and gave."""
    if trial.value is not None:  # for the HPARAMS page
        from torch.utils.tensorboard import SummaryWriter

        with SummaryWriter(folder / "hparams" / f"trial-{trial.number}") as writer:
            writer.add_hparams(trial.params, {"score": trial.value}, run_name=".")
    tried = "  ".join(f"{name} {value:.3g}" for name, value in trial.params.items())
    print(f"trial {trial.number} {trial.state.name.lower()}: score {trial.value!s:.6}  {tried}")


def write_best(study: Study, recipe: Settings, folder: Path) -> None:
    """The best settings as a file for ``train --config``, and pictures of the search."""
    completed = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if not completed:
        raise RunError(f"no trial of study {folder.name} came to its end: try a lower optim.lr")
    best = study.best_trial
    settings = suggest(FixedTrial(best.params), recipe, folder)
    settings.run = recipe.run
    heading = f"# Trial {best.number}, the best of {len(study.trials)}: score {best.value:.4f}\n"
    file = folder / "best.yaml"
    file.write_text(heading + yaml.safe_dump(to_plain(settings), sort_keys=False))
    plot_optimization_history(study)
    pyplot.savefig(folder / "history.png", dpi=150, bbox_inches="tight")
    if len(completed) > 1:
        with warnings.catch_warnings(action="ignore"):  # a few trials say little
            plot_param_importances(study)
        pyplot.savefig(folder / "importance.png", dpi=150, bbox_inches="tight")
    print(f"best trial: {best.number}, score {best.value:.4f}; to train with it: --config {file}")
