"""Runs the tests of generated projects, mutated or not, each in a process of its own."""

import contextlib
import gc
import json
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from importlib import import_module
from multiprocessing import connection, get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any, TextIO

import pytest

from scaffold.render import render

from .mutation import Mutation
from .projects import PROJECTS

ROOT = Path(__file__).parents[2]
# timm beside a CPU build of torch, in this process and in those that tests start.
os.environ["PYTHONPATH"] = str(ROOT / "tests/beside_cpu")
runpy.run_path(str(ROOT / "tests/beside_cpu/sitecustomize.py"))
TIMEOUT = 240  # seconds of one suite on a busy machine; a mutation may make a loop endless
# What generated projects import takes seconds: it is imported once, and each run begins as a copy of this process.
PRELOADED = (
    *("cyclopts", "networkx", "numpy", "PIL.Image", "sklearn.datasets", "sklearn.metrics"),
    *("sklearn.model_selection", "timm", "tokenizers", "torch", "torch_geometric.nn", "tqdm"),
    *("transformers", "yaml"),
)
# Which tests look at a file, the quick ones first: most mutations are then caught in a second or two.
CLOSEST = {
    "model.py": (
        "layers",
        "finetuning",
        "settings",
        "building",
        "code",
        "model",
        "messages",
        "objective",
        "loss",
        "decay",
    ),
    "train.py": ("settings", "training", "code", "epochs", "run", "checkpoint"),
    "finetuning.py": ("finetuning",),
    "engine/backbone.py": ("backbone", "starting", "finetuning", "layers"),
    "engine/state.py": (
        "finetuning",
        "starting",
        "backbone",
        "settings",
        "training",
        "code",
        "resuming",
        "checkpoint",
        "epochs",
        "run",
    ),
    "engine/checkpoint.py": ("saving", "resuming", "checkpoint", "config", "epochs", "run"),
    "sources.py": ("own_data", "data"),
    "engine/files.py": ("own_data",),
    "engine/hub.py": ("hub", "own_data"),
    "engine/images.py": ("images", "own_data"),
    "engine/splits.py": ("data", "own_data", "images", "sample"),
    "engine/features.py": ("own_data",),
    "engine/conll.py": ("own_data",),
    "engine/windows.py": ("data", "own_data"),
    **dict.fromkeys(("engine/edges.py", "engine/graph.py"), ("edges", "own_data")),
    "engine/rows.py": ("rows", "own_data"),
    **dict.fromkeys(
        ("engine/number_cells.py", "engine/label_sets.py", "engine/groups.py"), ("targets", "own_data")
    ),
    "engine/config.py": ("config", "cli", "epochs"),
    "sample.py": ("sample",),
    "targets.py": ("targets", "data", "own_data"),
    "metrics.py": ("metrics", "epochs"),
    "objective.py": ("objective", "loss"),
    "tools/charts.py": ("charts", "report"),
    **dict.fromkeys(("tools/pictures.py", "tools/show.py"), ("report",)),
    "engine/device.py": ("running", "epochs"),
    "engine/buckets.py": ("data", "checkpoint"),
    "engine/sampling.py": ("sampling", "data", "checkpoint"),
    "engine/signals.py": ("checkpoint",),
    "optim.py": ("optim", "finetuning", "settings", "training", "decay"),
    "decay.py": ("decay", "settings", "training"),
    "schedule.py": ("schedule", "warmup", "settings", "training"),
    "engine/run.py": ("running", "epochs", "run", "checkpoint"),
    "engine/commands.py": ("epochs", "cli", "config"),
    "tools/results.py": ("results", "epochs", "cli"),
    "cli.py": ("epochs", "cli"),
    "predict.py": ("epochs", "cli"),
    "data.py": ("backbone", "data", "own_data", "sample", "checkpoint", "epochs"),
    "configs/default.yaml": ("augment", "settings", "training", "optim"),
}
# What `pytest -x` should show first when a file is wrong, beside the tests of its own name: files of tests, or a word
# in the name of one.
NAMING = {
    "model.py": ("_layers.py", "_messages.py", "_pairs.py", "_building.py", "setting_of_the_model"),
    "encoder.py": ("_model.py", "_layers.py", "_messages.py"),
    "objective.py": ("_loss.py",),
    "train.py": ("_training.py", "gradient", "_parallel.py"),
    "augment.py": ("_strengths.py",),
    "optim.py": ("_decay.py", "setting_of_the_optimizer"),
    "schedule.py": ("_warmup.py", "setting_of_the_schedule", "learning_rate_follows"),
    "sources.py": ("_own_data.py",),
    "data.py": ("_own_data.py", "_sample.py"),
    "targets.py": ("_own_data.py",),
    "cli.py": ("commands",),
    "predict.py": ("_cli.py",),
    "engine/state.py": (
        *("_training.py", "the_seed", "_checkpoint.py", "_epochs.py", "_parallel.py", "tools/"),
    ),
    "engine/run.py": ("_epochs.py", "_checkpoint.py", "tools/"),
    "engine/checkpoint.py": ("_epochs.py", "tools/"),
    "engine/": (
        "_own_data.py",
        "_data.py",
        "_targets.py",
        "_epochs.py",
        "_checkpoint.py",
        "_parallel.py",
        "_cli.py",
        "tools/",
    ),
    "tools/results.py": ("commands", "tools/"),
    "tools/": ("tools/", "_sweep.py", "_export.py"),
}
# What a project's CI runs beside its tests.
LINTERS = ("ruff check", "ruff format --check", "mypy")
# The first line of a file of tests that say what is computed today.
PIN = re.compile(r'""".*on purpose, change (it )?here too\.')
NOT_EDITED = ("tools/", "engine/")  # by users: tests/tools may catch what is wrong in these


@dataclass
class Outcome:
    """How a run of the tests ended."""

    project: str
    mutation: str
    failures: list[str]
    """Tests, and linters, that failed: the first one, or all after what people rightly do."""
    seconds: float
    durations: dict[str, float]
    """Seconds of each test that ran."""
    pins: list[str] = field(default_factory=list)
    """Tests that failed and say in the first line of their file that a change is made there too."""

    @property
    def failed(self) -> str:
        """The first failure; empty if there is none."""
        return self.failures[0] if self.failures else ""


@dataclass(frozen=True)
class Job:
    """A project, what is changed in it, and the seed of its tests."""

    project: str
    mutation: Mutation | None = None
    seed: int | None = None
    is_right: bool = False
    """Whether people rightly change that: linters are tried too, and the rest after a failure."""
    is_in_order: bool = False
    """Whether tests run in their own order, as its user sees it."""


def render_projects(names: Iterable[str], folder: Path, **answers: bool) -> None:
    """Render the named projects from the template as it stands in this working tree.

    The tests of tools are laid over them: users do not edit these, and do not get their tests.
    """
    tree = folder / "template"
    tree.mkdir(parents=True)
    shutil.copy(ROOT / "copier.yml", tree)
    for source in (ROOT / "template", ROOT / "tests/tools"):
        shutil.copytree(source, tree / "template", dirs_exist_ok=True)
    for name in names:
        chosen = {**PROJECTS[name], "name": name, **answers}
        render(tree, folder / name, chosen, version=None, recorded="template")


class Recorder:
    """A plugin of pytest that remembers what failed and how long tests took."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.failures: list[str] = []
        self.durations: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note one phase of one test."""
        self.durations[report.nodeid] = self.durations.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failures.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that cannot even be imported."""
        if report.failed:
            self.failures.append(report.nodeid)


def choose_tests(project: Path, mutation: Mutation | None) -> tuple[list[str], list[str]]:
    """The files of tests that look at the mutated component, and all others.

    What users edit must be caught without the tests that they do not get.
    """
    paths = sorted((project / "tests").rglob("test_*.py"))
    component = mutation.component if mutation else ""
    if mutation and not component.startswith(NOT_EDITED):
        paths = [path for path in paths if path.parent.name != "tools"]
    files = {path.stem.removeprefix("test_"): str(path.relative_to(project)) for path in paths}
    stems = CLOSEST.get(component, (Path(component).stem,))
    if mutation:  # in a project that has these, it is about several processes
        stems = ("parallel", "ranks", *stems)
    first = [files[stem] for stem in dict.fromkeys(stems) if stem in files]
    return first, [file for file in files.values() if file not in first]


def run_tests(job: Job, project: Path, log: Path) -> None:
    """Run the suite of a project in this process, which is a copy made for that, and write the outcome."""
    os.setsid()  # so that a timeout ends the commands that tests start too
    os.chdir(project)
    sys.path.insert(0, str(project))
    if job.seed is not None:
        os.environ["TEST_SEED"] = str(job.seed)
    recorder = Recorder()
    options = ["-q", "--tb=short", "-p", "no:cacheprovider"]
    start, failures, pins = time.monotonic(), list[str](), list[str]()
    with log.open("w") as file, contextlib.redirect_stdout(file), contextlib.redirect_stderr(file):
        if job.is_right:
            shutil.rmtree("tests/tools")  # which users do not get
            status = pytest.main(options, plugins=[recorder])
            failures, pins = separate_pins([*dict.fromkeys(recorder.failures)])
            if status > pytest.ExitCode.TESTS_FAILED:
                failures.append(f"pytest: {status!r}")
            failures += run_linters(file)
        else:
            first, others = choose_tests(project, job.mutation)
            for files in filter(None, [sorted(first + others)] if job.is_in_order else [first, others]):
                status = pytest.main([*options, "-x", *files], plugins=[recorder])
                failures = recorder.failures
                if not failures and status != pytest.ExitCode.OK:
                    failures = [f"pytest: {status!r}"]
                if failures:
                    break
    name = job.mutation.name if job.mutation else ""
    seconds = time.monotonic() - start
    outcome = Outcome(job.project, name, failures, seconds, recorder.durations, pins)
    log.with_suffix(".json").write_text(json.dumps(asdict(outcome)))


def names_the_cause(test: str, component: str) -> bool:
    """Whether the test is of the component; one that names the line of code is of any."""
    place = component if component in NAMING else component[: component.find("/") + 1]
    names = (f"test_{Path(component).stem}.py", "test_code.py", *NAMING.get(place, ()))
    return any(name in test for name in names)


def separate_pins(tests: list[str]) -> tuple[list[str], list[str]]:
    """Those that must hold after a change, and those that say where a change is made too."""
    pins = [test for test in tests if PIN.match(Path(test.partition("::")[0]).read_text())]
    return [test for test in tests if test not in pins], pins


def run_linters(log: TextIO) -> list[str]:
    """Run what is not a test; returns what finds something."""
    failures = []
    log.flush()
    for linter in LINTERS:
        command = [sys.executable, "-m", *linter.split()]
        if subprocess.run(command, stdout=log, stderr=log, check=False).returncode:
            failures.append(linter)
    return failures


def run_jobs(jobs: list[Job], folder: Path, workers: int) -> Iterator[Outcome]:
    """Run the suites, a few at a time; outcomes come as they are known."""
    for module in PRELOADED:
        import_module(module)
    os.environ |= {"OMP_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    os.environ["MYPY_CACHE_DIR"] = str(folder.resolve() / "mypy")  # else it reads all of torch each time
    gc.freeze()  # the copies need not look through all that was imported whenever they collect garbage
    sys.dont_write_bytecode = True  # two mutations of a file within a second look alike to its cache
    context = get_context("fork")
    waiting = list(enumerate(jobs))[::-1]
    running: dict[ForkProcess, tuple[int, Job, float]] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            number, job = waiting.pop()
            project = folder / "runs" / str(number) / job.project
            shutil.copytree(folder / job.project, project)
            if job.mutation:
                job.mutation.apply(project / job.project)
            log = project.with_suffix(".log")
            process = context.Process(target=run_tests, args=(job, project, log))
            process.start()
            running[process] = (number, job, time.monotonic())
        connection.wait([process.sentinel for process in running], timeout=1)
        for process, (number, job, start) in list(running.items()):
            seconds = time.monotonic() - start
            if process.is_alive() and seconds < TIMEOUT:
                continue
            if process.is_alive():
                os.killpg(process.pid or 0, signal.SIGKILL)
            process.join()
            del running[process]
            yield read_outcome(folder / "runs" / str(number), job, seconds)


def read_outcome(run: Path, job: Job, seconds: float) -> Outcome:
    """Read what a run has left, and remove it; its log stays."""
    shutil.rmtree(run / job.project)
    try:
        found: dict[str, Any] = json.loads((run / f"{job.project}.json").read_text())
        return Outcome(**found)
    except FileNotFoundError:
        name = job.mutation.name if job.mutation else ""
        what = "timeout" if seconds >= TIMEOUT else "the process ended"
        return Outcome(job.project, name, [what], seconds, {})
