"""Every number that can be set: out of its range it is refused in one sentence, at its ends it trains."""

import ast
import importlib
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints
from unittest.mock import MagicMock

import numpy as np
import pytest
import yaml
from combinations import CHOSEN, Choices, label
from slots import texts_of
from test_matrix import Find, backbone, find_project, own_data  # noqa: F401

FILES = {
    "data": ("data.py", "sources.py"),
    "augment": ("augment.py",),
    "model": ("model.py",),
    "objective": ("objective.py",),
    "optim": ("optim.py",),
    "schedule": ("schedule.py",),
    "training": ("engine/state.py",),
    "run": ("engine/run.py",),
}
# What makes the model or the work larger has no upper end at which it could be tried.
SIZES = {"epochs", "width", "embedding", "depth", "num_heads", "num_layers", "num_stages", "blocks_per_stage"}
SIZES |= {"num_filters", "filter_sizes", "image_size", "workers", "batches"}
SMALL: dict[str, Any] = {
    "width": 8,
    "embedding": 8,
    "depth": 1,
    "num_heads": 2,
    "num_layers": 1,
    "num_stages": 2,
}
SMALL |= {"blocks_per_stage": 1, "num_filters": 4, "filter_sizes": [1, 2], "epochs": 1, "batch_size": 7}
SMALL |= {"vocabulary_size": 100, "name": "ends", "device": "cpu"}
TRIED: set[tuple[Any, ...]] = set()


def distinct_sections() -> Iterator[tuple[Choices, list[str]]]:
    """Give projects, and of each the sections that no earlier one has; models are tried in each form."""
    seen = set()
    for row in CHOSEN:
        texts, new = texts_of(row), []
        for section, names in FILES.items():
            nodes = [node for name in names for node in ast.parse(texts[f"demo/{name}"]).body]
            classes = [node for node in nodes if isinstance(node, ast.ClassDef) and "Settings" in node.name]
            found = (section, row["form"] if section == "model" else "", *map(ast.unparse, classes))
            if found not in seen:
                seen.add(found)
                new.append(section)
        if new:
            yield row, new


DISTINCT = list(distinct_sections())
each_section = pytest.mark.parametrize(
    ("row", "sections"), DISTINCT, ids=[f"{label(row)} {' '.join(new)}" for row, new in DISTINCT]
)


class AcceptedError(Exception):
    """The settings reached the training."""


class Project:
    """A rendered project, whose commands run in this process."""

    def __init__(self, folder: Path, sections: list[str]) -> None:
        """Import the commands; `sections` are those of the settings to try."""
        self.package, self.sections = folder.name, sections
        self.main = self.load("cli").main
        self.settings = get_type_hints(self.load("engine.state").Settings)

    def load(self, module: str) -> Any:
        """Import a module of the project."""
        return importlib.import_module(f"{self.package}.{module}")

    def train(self, *tokens: str) -> str:
        """Train; return how it was refused: in a sentence, or by an error that nobody explains."""
        try:
            self.main(["train", *tokens])
        except SystemExit as end:
            return str(end.code or "")
        except Exception as error:
            return repr(error)
        return ""

    def numbers(self) -> Iterator[tuple[str, str, type, int, list[Any]]]:
        """Give section, key, type, count of values and validators of each setting that holds numbers."""
        for section in self.sections:
            kind = self.settings[section]
            hints = get_type_hints(kind, include_extras=True)
            for field in fields(kind):
                parts = list(flatten(hints[field.name]))
                types = [part for part in parts if part in (int, float)]
                if types:
                    validators = [v for p in parts if hasattr(p, "validator") for v in p.validator]
                    yield section, field.name, types[0], len(types), validators


def flatten(hint: Any) -> Iterator[Any]:
    yield hint
    for part in get_args(hint):
        yield from flatten(part)


@pytest.fixture
def project(
    find_project: Find,  # noqa: F811
    row: Choices,
    sections: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Project:
    folder = find_project(row)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.chdir(folder)
    return Project(folder, sections)


@each_section
def test_a_number_out_of_its_range_is_refused_in_one_sentence(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names key and value, and the file that they are from; nothing is read or written before."""

    def accept(*_: Any, **__: Any) -> None:
        raise AcceptedError

    monkeypatch.setattr(project.load("train"), "load_data", accept)
    wrong, file = [], tmp_path / "mine.yaml"
    for section, key, kind, count, validators in project.numbers():
        values = ["nan", "-1000000001", "10000000000", "inf", "many", ""]
        values += ["1.5", "True"] if kind is int else []
        for each in validators:
            values += [repr(end) for end in (each.gt, each.lt) if end is not None]
            values += [repr(end + step) for end, step in ((each.gte, -1), (each.lte, 1)) if end is not None]
        alike = (kind, count, repr(validators))  # what is declared alike is refused alike
        is_first = not validators or alike not in TRIED
        TRIED.add(alike)
        for value in values if is_first else values[:2]:
            given = [value] * count if count > 1 else value
            file.write_text(f"{section}: {{{key}: {json.dumps(given)}}}")
            by_flag, by_file = [f"--{section}.{key}", *[value] * count], ["--config", str(file)]
            # A class that refuses a value itself does not know where it is from.
            by = [(by_flag, ""), (by_file, str(file) if validators else "")]
            for tokens, place in by[: 1 + is_first]:
                sentence = project.train(*tokens)
                parts = ["error: ", place, f"{section}.{key}", value]
                if sentence.count("\n") or not all(part in sentence for part in parts):
                    wrong.append(f"{section}.{key} {value}: {sentence}")
    assert not wrong, "\n".join(wrong)


def ends(kind: type, key: str, validators: list[Any]) -> Iterator[float]:
    """Give the smallest and the largest value that a setting may have, or one close to it."""
    for each in validators:
        yield from [each.gte] if each.gte is not None else []
        yield from [each.gt + 1e-6] if each.gt is not None else []
        yield from [each.lt - 1e-3] if each.lt is not None else []
        yield from [each.lte] if each.lte is not None and (kind is float or key not in SIZES) else []


@each_section
def test_at_the_ends_of_its_range_it_trains_or_says_why_not(
    project: Project,
    row: Choices,
    tmp_path: Path,
    own_data: dict[tuple[str, str], list[str]],  # noqa: F811
    backbone: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if row["report"]:
        monkeypatch.setattr(project.load("tools.report"), "write_report", lambda *_: "")
    monkeypatch.setattr("torch.utils.tensorboard.SummaryWriter", MagicMock())
    small: dict[str, dict[str, Any]] = {"run": {"folder": str(tmp_path)}}
    for section, kind in project.settings.items():
        for field in fields(kind):
            if field.name in SMALL:
                small.setdefault(section, {})[field.name] = SMALL[field.name]
    if row["pretrained"]:
        tiny = Path(project.load("cli").__file__).parents[1] / "configs/tiny=random"
        small["run"]["init"] = str(backbone if row["form"] == "images" else tiny)
    (tmp_path / "small.yaml").write_text(yaml.safe_dump(small))
    flags = ["--config", str(tmp_path / "small.yaml"), *own_data[row["form"], row["target"]]]
    assert project.train(*flags) == ""
    wrong = []
    for section, key, kind, count, validators in project.numbers():
        for value in ends(kind, key, validators):
            before = set(tmp_path.glob("*-ends"))
            sentence = project.train(*flags, f"--{section}.{key}", *[str(value)] * count)
            losses = []
            for folder in set(tmp_path.glob("*-ends")) - before:
                for metrics in folder.glob("metrics.jsonl"):  # there is none if it stopped before
                    losses += [json.loads(line)["loss"] for line in metrics.read_text().splitlines()]
            refused = sentence.startswith("error: ") and not sentence.count("\n")
            if not refused and not (losses and np.isfinite(losses).all() and not sentence):
                wrong.append(f"{section}.{key} {value}: {losses} {sentence}")
    assert not wrong, "\n".join(wrong)
